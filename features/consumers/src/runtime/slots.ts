/** A bounded number of things at a time; who waits gets its turn in order. */
export interface Slots {
  /** Resolves when there is room. */
  take(): Promise<void>;
  give(): void;
  readonly free: number;
}

export function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    take() {
      if (free > 0) {
        free -= 1;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    give() {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
    get free() {
      return free;
    },
  };
}
