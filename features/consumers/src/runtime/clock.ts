/** Time as the runtime knows it, so that a test can move it by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once, after so long. Returns how to take it back. */
  after(milliseconds: number, call: () => void): () => void;
}

/** The time of this machine. Timers do not keep the process alive. */
export const systemClock: Clock = {
  now: Date.now,
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};
