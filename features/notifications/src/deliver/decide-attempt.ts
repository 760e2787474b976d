import { type AttemptResult, HEALTHY, type LaneHealth, PROBED_FROM } from './attempt.ts';

export interface RetryPolicy {
  /** Waits before the second, third … attempt; after the last one the delivery has failed. */
  readonly delaysMs: readonly number[];
  /** A lane that has failed for so long is disabled. */
  readonly disableAfterMs: number;
}

/** What follows from an attempt. */
export interface Verdict {
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly step: number;
  readonly dueAt: number;
  readonly lane: LaneHealth;
  readonly disable: 'gone' | 'failing' | null;
}

/** Of every wait: so that what failed together does not come again together. */
const JITTER = 0.2;
const PROBE_FIRST_MS = 30_000;
const PROBE_LONGEST_MS = 15 * 60_000;
/** Where a server asks for less but says no more than that. */
const THROTTLED_MS = 5_000;

/**
 * Decides what becomes of a delivery and its lane. The delivery goes on in its schedule; the lane is closed
 * for a while after several failures in a row, longer with each, and after whatever asks to be left
 * alone. One success opens it.
 * @param random 0 to 1
 */
export function decideAttempt(
  result: AttemptResult,
  about: { readonly step: number; readonly lane: LaneHealth; readonly now: number },
  policy: RetryPolicy,
  random: () => number,
): Verdict {
  const { now, step } = about;
  if (result.kind === 'delivered') {
    return { state: 'delivered', step, dueAt: now, lane: HEALTHY, disable: null };
  }
  const jittered = (ms: number): number => ms * (1 - JITTER + 2 * JITTER * random());
  // A message that is refused for what it is says nothing of the lane.
  if (result.kind === 'refused') {
    return { state: 'failed', step, dueAt: now, lane: about.lane, disable: null };
  }
  const failures = about.lane.failures + 1;
  const failingSince = about.lane.failingSince ?? now;
  const doublings = failures - PROBED_FROM;
  const probeMs =
    doublings < 0 ? 0 : jittered(Math.min(PROBE_FIRST_MS * 2 ** doublings, PROBE_LONGEST_MS));
  const askedMs = result.afterMs ?? (result.kind === 'throttled' ? THROTTLED_MS : 0);
  const closedMs = Math.max(probeMs, askedMs);
  const closedUntil = Math.max(about.lane.closedUntil, closedMs === 0 ? 0 : now + closedMs);
  const lane = { failures, failingSince, closedUntil };
  const isTooLong = now - failingSince >= policy.disableAfterMs;
  const disable = result.kind === 'gone' ? 'gone' : isTooLong ? 'failing' : null;
  const delayMs = policy.delaysMs[step];
  if (delayMs === undefined || disable !== null) {
    return { state: 'failed', step, dueAt: now, lane, disable };
  }
  const dueAt = now + Math.max(jittered(delayMs), askedMs);
  return { state: 'waiting', step: step + 1, dueAt, lane, disable };
}
