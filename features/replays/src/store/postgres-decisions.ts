import type { PostgresPool } from '@gemini-events/postgres';
import { fromText, msOf, toText } from '@gemini-events/postgres';

/** Where a dead letter stands in the dead-letter topic of its consumer. */
export interface LetterPlace {
  readonly partition: number;
  readonly offset: number;
}

/** What was decided about a dead letter. */
export interface Decision extends LetterPlace {
  readonly decision: 'redriven' | 'discarded';
  /** Id of the redrive. */
  readonly replay: string | null;
  readonly actor: string;
  readonly reason: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Decisions about dead letters; a letter without one is open. Throws as the pool does. */
export interface Decisions {
  /** Those that have one keep it. */
  add(
    consumer: string,
    places: readonly LetterPlace[],
    how: Omit<Decision, keyof LetterPlace>,
  ): Promise<void>;
  of(consumer: string): Promise<readonly Decision[]>;
  /** Letters that a redrive was to take and did not: they are open again. `reached`: offsets behind it, by partition. */
  reopen(consumer: string, replay: string, reached: ReadonlyMap<number, number>): Promise<void>;
}

export function createPostgresDecisions(pool: Pick<PostgresPool, 'query'>): Decisions {
  return {
    async add(consumer, places, { decision, replay, actor, reason, at }) {
      if (places.length === 0) return;
      await pool.query(
        `insert into gemini_events.dead_letter_decisions
          (consumer, partition, record_offset, decision, replay, actor, reason, decided_at)
         select $1, p.partition, p.record_offset, $4, $5, $6, $7, to_timestamp($8::float8 / 1000)
         from unnest($2::integer[], $3::bigint[]) as p (partition, record_offset)
         on conflict do nothing`,
        [
          consumer,
          places.map(({ partition }) => partition),
          places.map(({ offset }) => offset),
          decision,
          replay,
          toText(actor),
          reason === null ? null : toText(reason),
          at,
        ],
      );
    },
    async of(consumer) {
      const rows = await pool.query<Decision>(
        `select partition, record_offset::float8 as offset, decision, replay, actor, reason,
           ${msOf('decided_at')} as at
         from gemini_events.dead_letter_decisions where consumer = $1`,
        [consumer],
      );
      return rows.map((row) => ({
        ...row,
        actor: fromText(row.actor),
        reason: row.reason === null ? null : fromText(row.reason),
        at: Math.round(row.at),
      }));
    },
    async reopen(consumer, replay, reached) {
      await pool.query(
        `delete from gemini_events.dead_letter_decisions d
         using unnest($3::integer[], $4::bigint[]) as r (partition, next)
         where d.consumer = $1 and d.replay = $2 and d.partition = r.partition
           and d.record_offset >= r.next`,
        [consumer, replay, [...reached.keys()], [...reached.values()]],
      );
    },
  };
}
