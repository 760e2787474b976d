import { setTimeout as delay } from 'node:timers/promises';
import { sumOf } from './read-metrics.ts';

/** What a consumer on the runtime says of itself. */
export interface ConsumerProgress {
  readonly name: string;
  /** Events that it is through with, one way or the other. */
  readonly handled: number;
  /** Records that it has neither settled nor parked. */
  readonly lag: number;
}

/** Consumers look at their own lag every 2 s: what is read first may be from before the last event. */
const POLL_MS = 2_500;

/** The progress in a consumer's metrics; null where it is not on the runtime. */
export function progressIn(name: string, metrics: string): ConsumerProgress | null {
  const events = 'gemini_events_consumer_events_total';
  if (!metrics.includes(`\n${events}{`)) return null;
  const handled = ['done', 'skipped', 'dead_lettered'].map((state) =>
    sumOf(metrics, events, { state }),
  );
  return {
    name,
    handled: handled.reduce((sum, each) => sum + each),
    lag: sumOf(metrics, 'gemini_events_consumer_lag'),
  };
}

/**
 * Waits until every consumer has caught up with its topics, at most until the limit: handlers are
 * somebody's own, and may take as long as they like.
 */
export async function untilCaughtUp(
  read: () => Promise<readonly ConsumerProgress[]>,
  options: { readonly limitMs: number; readonly pollMs?: number; readonly signal: AbortSignal },
): Promise<readonly ConsumerProgress[]> {
  const { limitMs, pollMs = POLL_MS, signal } = options;
  const end = performance.now() + limitMs;
  for (let isFirst = true; ; isFirst = false) {
    const progress = await read();
    const isDone = !isFirst && progress.every(({ lag }) => lag === 0);
    if (isDone || progress.length === 0 || performance.now() >= end) return progress;
    await delay(pollMs, undefined, { signal });
  }
}
