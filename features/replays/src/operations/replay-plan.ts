import { randomBytes } from 'node:crypto';
import type { EventFilter } from '@gemini-events/consumer/select';
import type { CopyRange } from '@gemini-events/kafka/copier';
import type { NewReplay } from '../store/postgres-replays.ts';

/** All that a replay needs to go on after a kill, as it was pinned at its beginning. */
export interface ReplayPlan {
  /** Null where it goes to a topic of its own. */
  readonly consumer: string | null;
  /** Where it writes, by its full name. */
  readonly topic: string;
  readonly partitions: number;
  readonly ranges: readonly CopyRange[];
  readonly filter: EventFilter;
  /** Whether the consumer does again what it has done. */
  readonly effects: 'skip' | 'again';
  /** Records per second; null: as fast as it goes. */
  readonly perSecond: number | null;
}

/** A redrive: dead letters of one consumer to its private lane. */
export interface RedrivePlan {
  readonly consumer: string;
  readonly topic: string;
  readonly partitions: number;
  readonly ranges: readonly CopyRange[];
  /** Offsets of the letters, by partition of the dead-letter topic. */
  readonly letters: Readonly<Record<string, readonly number[]>>;
  readonly perSecond: number | null;
}

/** What is asked for, under an id that tells its day. */
export function newReplay(
  asked:
    | { readonly kind: 'replay'; readonly plan: ReplayPlan }
    | { readonly kind: 'redrive'; readonly plan: RedrivePlan },
  by: { readonly actor: string; readonly reason: string | null; readonly now: number },
): NewReplay {
  const { kind, plan } = asked;
  const { actor, reason, now } = by;
  const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '');
  return {
    id: `${day}-${randomBytes(3).toString('hex')}`,
    kind,
    target: plan.consumer ?? plan.topic,
    actor,
    reason,
    plan,
    total: totalOf(plan),
    createdAt: now,
  };
}

/** Offsets that it reads. */
export function totalOf({ ranges }: Pick<ReplayPlan, 'ranges'>): number {
  return ranges.reduce((sum, { from, until }) => sum + until - from, 0);
}

/** Group and transactional id of a replay. */
export function replayGroup(prefix: string, id: string): string {
  return `${prefix}.replay-${id}`;
}
