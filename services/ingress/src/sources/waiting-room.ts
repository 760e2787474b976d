/** Bounds the bodies whose check has to wait: for a JWKS URL, or for a thread. */
export interface WaitingRoom {
  /** Begins the work, or gives null where there is no room for its bytes. */
  readonly hold: <Result>(bytes: number, work: () => Promise<Result>) => Promise<Result> | null;
}

export function createWaitingRoom(maxBytes: number): WaitingRoom {
  let held = 0;
  return {
    hold(bytes, work) {
      if (held + bytes > maxBytes) return null;
      held += bytes;
      return work().finally(() => {
        held -= bytes;
      });
    },
  };
}
