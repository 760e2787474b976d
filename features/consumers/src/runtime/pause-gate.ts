/** Partition numbers, or all there are and will be. */
export type Paused = 'all' | ReadonlySet<number>;

/** Which partitions are paused by hand: of those nothing is begun. */
export interface PauseGate {
  isPaused(partition: number): boolean;
  /** What is paused from now on. */
  set(paused: Paused): void;
  /** Resolves when a partition is not paused, or the drain has begun. */
  passed(partition: number, drain: AbortSignal): Promise<void>;
  /** Some drain has begun: who waits looks again. */
  wake(): void;
}

export function createPauseGate(): PauseGate {
  let paused: Paused = new Set();
  let change = Promise.withResolvers<void>();
  const isPaused = (partition: number): boolean => paused === 'all' || paused.has(partition);
  const wake = (): void => {
    change.resolve();
    change = Promise.withResolvers();
  };
  return {
    isPaused,
    set(next) {
      paused = next;
      wake();
    },
    async passed(partition, drain) {
      while (isPaused(partition) && !drain.aborted) await change.promise;
    },
    wake,
  };
}
