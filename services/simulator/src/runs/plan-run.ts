import { eventType } from '../events/event-type.ts';
import { JOB_KINDS, type JobKind, type Outcome } from '../jobs/kinds.ts';
import type { Shares } from '../shares.ts';
import { pickIndices, type Random } from '../util/random.ts';
import { type Extras, NO_EXTRAS } from './extras.ts';

export interface PlannedJob {
  readonly kind: JobKind;
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly extras: Extras;
}

/** Some repeated deliveries come more than once. */
const SECOND_REPEAT = 0.25;
const EXPIRED_AMONG_FAILED_BATCHES = 0.2;

/** How many of `count` a share means: rounded, but at least one where the share is not zero. */
function countOfShare(count: number, share: number): number {
  if (share === 0 || count === 0) return 0;
  return Math.min(count, Math.max(1, Math.round(count * share)));
}

/**
 * Decides everything about a run at once, so that a small run also has each kind of trouble and the same
 * seed gives the same run. Extras go only to jobs that end with an event.
 */
export function planRun(
  request: {
    readonly jobs: Readonly<Record<JobKind, number>>;
    readonly shares: Shares;
    readonly minDurationMs: number;
    readonly maxDurationMs: number;
  },
  random: Random,
): PlannedJob[] {
  const { jobs, shares } = request;
  const ordered = JOB_KINDS.flatMap((kind) => Array.from({ length: jobs[kind] }, () => kind));
  const kinds = pickIndices(ordered.length, ordered.length, random).map(
    (index) => ordered[index] ?? 'batch',
  );
  const failing = chosen(indices(kinds.length), shares.failures, random);
  const interactions = indices(kinds.length).filter(
    (at) => kinds[at] === 'interaction' && !failing.has(at),
  );
  const waiting = chosen(interactions, shares.requiresAction, random);
  const outcomes = kinds.map((kind, at) =>
    outcomeOf(kind, failing.has(at), waiting.has(at), random),
  );
  const firing = indices(kinds.length).filter((at) => {
    const outcome = outcomes[at];
    return outcome !== undefined && eventType(kinds[at] ?? 'batch', outcome) !== null;
  });
  const sets = {
    repeats: chosen(firing, shares.repeats, random),
    forgeries: chosen(firing, shares.forgeries, random),
    stale: chosen(firing, shares.stale, random),
    malformed: chosen(firing, shares.malformed, random),
    unknown: chosen(firing, shares.unknown, random),
  };
  return kinds.map((kind, at) => ({
    kind,
    outcome: outcomes[at] ?? 'succeeded',
    durationMs: random.int(request.minDurationMs, request.maxDurationMs),
    extras: extrasOf((trouble) => sets[trouble].has(at), random),
  }));
}

/** The same for one job that the API was asked for: chance decides. */
export function planJob(
  kind: JobKind,
  shares: Shares,
  range: { readonly minDurationMs: number; readonly maxDurationMs: number },
  random: Random,
): PlannedJob {
  const fails = random.chance(shares.failures);
  const outcome = outcomeOf(kind, fails, !fails && random.chance(shares.requiresAction), random);
  const durationMs = random.int(range.minDurationMs, range.maxDurationMs);
  return {
    kind,
    outcome,
    durationMs,
    extras: extrasOf((trouble) => random.chance(shares[trouble]), random),
  };
}

type Trouble = 'repeats' | 'forgeries' | 'stale' | 'malformed' | 'unknown';

function extrasOf(has: (trouble: Trouble) => boolean, random: Random): Extras {
  const extras: Extras = {
    repeats: has('repeats')
      ? 1 + Number(random.chance(SECOND_REPEAT)) + Number(random.chance(SECOND_REPEAT))
      : 0,
    forgery: has('forgeries') ? (random.chance(0.5) ? 'foreign_key' : 'changed_body') : null,
    stale: has('stale') ? (random.chance(0.5) ? 'same_id' : 'fresh_id') : null,
    malformed: has('malformed') ? (random.chance(0.5) ? 'not_json' : 'no_id') : null,
    unknown: has('unknown') ? (random.chance(0.5) ? 'ping' : 'tuning.succeeded') : null,
  };
  const { repeats, forgery, stale, malformed, unknown } = extras;
  return repeats === 0 && !forgery && !stale && !malformed && !unknown ? NO_EXTRAS : extras;
}

function outcomeOf(kind: JobKind, fails: boolean, waits: boolean, random: Random): Outcome {
  if (!fails) return kind === 'interaction' && waits ? 'requires_action' : 'succeeded';
  if (kind === 'video') return 'filtered';
  return kind === 'batch' && random.chance(EXPIRED_AMONG_FAILED_BATCHES) ? 'expired' : 'failed';
}

function chosen(from: readonly number[], share: number, random: Random): ReadonlySet<number> {
  const picked = pickIndices(from.length, countOfShare(from.length, share), random);
  return new Set(picked.map((at) => from[at] ?? 0));
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
