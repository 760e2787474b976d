import type { Pause, Pauses } from './pauses.ts';

/** Pauses that last as long as the process. They behave like those in Postgres. */
export function createMemoryPauses(): Pauses {
  let pauses: readonly Pause[] = [];
  return {
    async add(pause) {
      if (pauses.some((each) => isSame(each, pause))) return false;
      pauses = [...pauses, pause].sort(inOrder);
      return true;
    },
    async end(consumer, partition) {
      const ended = pauses.filter(
        (each) =>
          each.consumer === consumer && (partition === null || each.partition === partition),
      );
      pauses = pauses.filter((each) => !ended.includes(each));
      return ended;
    },
    list: async (consumer) =>
      pauses.filter((each) => consumer === undefined || each.consumer === consumer),
  };
}

function isSame(one: Pause, other: Pause): boolean {
  return one.consumer === other.consumer && one.partition === other.partition;
}

function inOrder(one: Pause, other: Pause): number {
  if (one.consumer !== other.consumer) return one.consumer < other.consumer ? -1 : 1;
  return (one.partition ?? -1) - (other.partition ?? -1);
}
