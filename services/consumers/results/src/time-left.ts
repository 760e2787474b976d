import { OUTPUT_LIFETIME_MS } from './outcome-of-error.ts';

/** Which of the outputs that are not fetched yet expires first. */
export interface TimeLeft {
  /** An event is being handled; call what comes back when that has ended. */
  begin(occurredAt: number): () => void;
  /** Milliseconds until the first one expires, negative for one that has; null where none waits. */
  now(oldestParked: number | null): number | null;
}

export function createTimeLeft(now: () => number): TimeLeft {
  const inHand = new Map<symbol, number>();
  return {
    begin(occurredAt) {
      const id = Symbol('event');
      inHand.set(id, occurredAt);
      return () => void inHand.delete(id);
    },
    now(oldestParked) {
      let oldest = oldestParked ?? Infinity;
      for (const at of inHand.values()) oldest = Math.min(oldest, at);
      return oldest === Infinity ? null : oldest + OUTPUT_LIFETIME_MS - now();
    },
  };
}
