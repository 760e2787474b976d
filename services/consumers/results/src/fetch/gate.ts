/** Lets so many through at a time, in the order in which they come. */
export type Gate = <Value>(work: () => Promise<Value>, signal: AbortSignal) => Promise<Value>;

/** Who is aborted before its turn rejects with the signal's reason, and is passed over. */
export function createGate(limit: number): Gate {
  const waiting = new Set<() => void>();
  let free = limit;

  const turn = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = (): void => {
      waiting.delete(resolve);
      reject(signal.reason);
    };
    waiting.add(resolve);
    signal.addEventListener('abort', giveUp, { once: true });
    await promise;
    signal.removeEventListener('abort', giveUp);
  };
  return async (work, signal) => {
    await turn(signal);
    try {
      return await work();
    } finally {
      const [next] = waiting;
      if (next === undefined) free += 1;
      else {
        waiting.delete(next);
        next();
      }
    }
  };
}
