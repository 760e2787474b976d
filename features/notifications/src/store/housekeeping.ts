import type { PostgresPool } from '@gemini-events/postgres';

/** What waits in all lanes together. */
export interface QueueDepth {
  readonly waiting: number;
  /** When the one that is due longest was due, in milliseconds since 1970; null where none is waiting. */
  readonly oldestDueAt: number | null;
}

const DEPTH = `
select count(*)::float8 as waiting, (extract(epoch from min(due_at)) * 1000)::float8 as "oldestDueAt"
from gemini_events.notify_deliveries where state = 'waiting'`;

/** `$1` created before, in ms; `$2` how many. What still waits is kept, however old. */
const PRUNE_MESSAGES = `
delete from gemini_events.notify_messages where id in (
  select m.id from gemini_events.notify_messages m
  where m.created_at < to_timestamp($1::float8 / 1000) and not exists (
    select 1 from gemini_events.notify_deliveries d
    where d.message = m.id and d.state in ('waiting', 'sending')
  )
  order by m.created_at limit $2
) returning 1`;

const PRUNE_THREADS = `
delete from gemini_events.notify_threads where created_at < to_timestamp($1::float8 / 1000)`;

const PRUNE_PAIRS = `
delete from gemini_events.notify_pairs where failed_at < to_timestamp($1::float8 / 1000)`;

/** How much waits. Throws as the pool does. */
export async function queueDepth(pool: Pick<PostgresPool, 'query'>): Promise<QueueDepth> {
  const [row] = await pool.query<QueueDepth>(DEPTH);
  return row ?? { waiting: 0, oldestDueAt: null };
}

const PORTION = 2_000;

/**
 * Removes messages with their deliveries and attempts, threads, and pairs that are older, some at a time.
 * Throws as the pool does.
 * @param before milliseconds since 1970
 * @returns how many messages
 */
export async function pruneNotifications(
  pool: Pick<PostgresPool, 'query'>,
  before: number,
): Promise<number> {
  let removed = 0;
  for (;;) {
    const count = (await pool.query<object>(PRUNE_MESSAGES, [before, PORTION])).length;
    removed += count;
    if (count < PORTION) break;
  }
  await pool.query(PRUNE_THREADS, [before]);
  await pool.query(PRUNE_PAIRS, [before]);
  return removed;
}
