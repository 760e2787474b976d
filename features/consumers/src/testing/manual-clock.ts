import type { Clock } from '../runtime/clock.ts';

/** A clock that stands still until it is moved. */
export interface ManualClock extends Clock {
  /** Moves on, and calls what falls due on the way, in order. */
  advance(milliseconds: number): void;
}

export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let nowMs = startMs;
  let timers: { readonly at: number; readonly call: () => void }[] = [];
  return {
    now: () => nowMs,
    after(milliseconds, call) {
      const timer = { at: nowMs + milliseconds, call };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    advance(milliseconds) {
      const end = nowMs + milliseconds;
      for (;;) {
        const next = timers.reduce<(typeof timers)[number] | null>(
          (first, each) =>
            each.at <= end && (first === null || each.at < first.at) ? each : first,
          null,
        );
        if (next === null) break;
        timers = timers.filter((each) => each !== next);
        nowMs = Math.max(nowMs, next.at);
        next.call();
      }
      nowMs = end;
    },
  };
}
