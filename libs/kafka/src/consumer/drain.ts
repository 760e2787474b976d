/** The two steps of letting go: start nothing more and wait for nothing; later, drop what still runs. */
export interface Drain {
  readonly draining: AbortSignal;
  readonly letGo: AbortSignal;
  readonly begin: () => void;
  /** Nothing runs any more. */
  readonly end: () => void;
}

export function createDrain(graceMs: number): Drain {
  const draining = new AbortController();
  const letGo = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    draining: draining.signal,
    letGo: letGo.signal,
    begin() {
      if (draining.signal.aborted) return;
      draining.abort();
      timer = setTimeout(() => letGo.abort(), graceMs);
    },
    end() {
      clearTimeout(timer);
    },
  };
}
