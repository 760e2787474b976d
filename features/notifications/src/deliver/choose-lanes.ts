import { PROBED_FROM } from './attempt.ts';

/** A lane that may have something due. */
export interface LaneLoad {
  readonly id: string;
  readonly inFlight: number;
  readonly failures: number;
  readonly maxConcurrent: number;
  /** What its rate lets through now. */
  readonly tokens: number;
}

export interface Slots {
  /** Attempts that one instance has under way at a time. */
  readonly all: number;
  /** So many of them at most for lanes whose last attempt failed: the retry budget. */
  readonly failing: number;
}

/**
 * Shares free slots among lanes, so that none is starved: first one each, in the order given, then the
 * rest of what each may have. Lanes that fail share a budget of their own, and one that keeps failing gets
 * one attempt at a time.
 * @param used slots that are taken now
 */
export function chooseLanes(
  lanes: readonly LaneLoad[],
  slots: Slots,
  used: { readonly all: number; readonly failing: number },
): readonly { readonly lane: string; readonly free: number }[] {
  let left = slots.all - used.all;
  let failingLeft = Math.min(slots.failing - used.failing, left);
  const given = new Map<string, number>();
  const give = (lane: LaneLoad, most: number): void => {
    const has = given.get(lane.id) ?? 0;
    const concurrent = lane.failures >= PROBED_FROM ? 1 : lane.maxConcurrent;
    const room = Math.min(concurrent - lane.inFlight, lane.tokens) - has;
    const isFailing = lane.failures > 0;
    const count = Math.min(room, most, left, isFailing ? failingLeft : left);
    if (count <= 0) return;
    given.set(lane.id, has + count);
    left -= count;
    if (isFailing) failingLeft -= count;
  };
  for (const lane of lanes) give(lane, 1);
  for (const lane of lanes) give(lane, Number.MAX_SAFE_INTEGER);
  return [...given].map(([lane, free]) => ({ lane, free }));
}
