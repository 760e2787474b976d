import { setTimeout as delay } from 'node:timers/promises';

/** The end of a process: no step is begun any more, and those under way have some time to end. */
export interface Drain {
  /** Aborted when that time is over. */
  readonly ending: AbortSignal;
  /** A step begins; what is returned is to be called when it has ended. Null: none begins any more. */
  begin(): (() => void) | null;
  /** Resolves when no step is under way, or the time is over. */
  run(graceMs: number): Promise<void>;
}

export function createDrain(): Drain {
  const ending = new AbortController();
  const idle = Promise.withResolvers<void>();
  let isDraining = false;
  let underWay = 0;
  return {
    ending: ending.signal,
    begin() {
      if (isDraining) return null;
      underWay += 1;
      return () => {
        underWay -= 1;
        if (isDraining && underWay === 0) idle.resolve();
      };
    },
    async run(graceMs) {
      isDraining = true;
      if (underWay > 0) {
        await Promise.race([idle.promise, delay(graceMs, undefined, { ref: false })]);
      }
      ending.abort();
    },
  };
}

/** For what must not go on while the process ends. */
export const never = <Result>(): Promise<Result> => new Promise<Result>(() => undefined);
