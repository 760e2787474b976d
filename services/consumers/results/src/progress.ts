import type { HandlerContext } from '@gemini-events/consumer';

const EVERY_MS = 3_000;

/** Adds up bytes and tells how far it is, every few seconds; the first time not before that either. */
export function createProgressTeller(
  tell: HandlerContext['progress'],
  now: () => number,
): (bytes: number, total: number | null) => void {
  let done = 0;
  let toldAt = now();
  return (bytes, total) => {
    done += bytes;
    const at = now();
    if (at - toldAt < EVERY_MS) return;
    toldAt = at;
    tell({ done, total, unit: 'bytes' });
  };
}
