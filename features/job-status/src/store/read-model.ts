import { BridgeError } from '@gemini-events/events';
import type { PostgresPool, Transaction } from '@gemini-events/postgres';
import { toId, toText } from '@gemini-events/postgres';
import { type Rows, TABLE_NAMES, type TableName, tableOf } from '../projections.ts';
import { JOBS, upsertSql } from './upsert-sql.ts';

/** What of a topic the read model holds: all below `next`. */
export interface SyncPlace {
  readonly topic: string;
  readonly partition: number;
  readonly next: number;
}

/** A step of the read model: rows, and how far they bring each partition. */
export interface SyncStep {
  readonly rows: Rows;
  readonly moves: readonly (SyncPlace & { readonly from: number })[];
}

/**
 * Tables that are made of the topics, for questions. Rows and offsets are written together, and only where
 * the offsets are those that the writer began with: so repeats change nothing, and of two writers one
 * starts over. Throws as the pool does.
 */
export interface ReadModel {
  places(): Promise<readonly SyncPlace[]>;
  /** @throws BridgeError ERR_SYNC_MOVED somebody else has written, or everything was cleared */
  write(step: SyncStep): Promise<void>;
  /** Empties all tables; whoever writes starts over from the topics. */
  clear(): Promise<void>;
  /**
   * Removes rows that are older, by table; milliseconds since 1970. Of a table that is not named all stay.
   * Returns how many.
   */
  prune(before: Readonly<Partial<Record<TableName, number>>>): Promise<number>;
  /** Makes this writer the one that writes, for so long. False where it is another one. */
  lead(holder: string, forMs: number): Promise<boolean>;
}

/** Columns that are indexed. */
const IDS = new Set([
  'source',
  'event_id',
  'resource_id',
  'type',
  'consumer',
  'state',
  'error_code',
  'approval_id',
  'previous_id',
  'run_id',
]);

const UPSERTS = Object.fromEntries(
  TABLE_NAMES.map((name) => [name, upsertSql(name, tableOf(name))]),
) as Readonly<Record<TableName, string>>;

const MOVE = `with moves as (
  select * from unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[])
    as m (topic, partition, from_offset, next_offset)
), added as (
  insert into gemini_events.sync_offsets (topic, partition, next_offset)
  select topic, partition, next_offset from moves where from_offset = 0
  on conflict do nothing returning 1
), moved as (
  update gemini_events.sync_offsets o set next_offset = m.next_offset from moves m
  where o.topic = m.topic and o.partition = m.partition and o.next_offset = m.from_offset
  returning 1
)
select (select count(*) from added)::int + (select count(*) from moved)::int as count`;

export function createReadModel(pool: PostgresPool): ReadModel {
  return {
    places: () =>
      pool.query<SyncPlace>(
        `select topic, partition, next_offset::float8 as next from gemini_events.sync_offsets`,
      ),
    write: ({ rows, moves }) =>
      pool.transaction(async (transaction) => {
        // First of all: it locks the offsets, so that of two writers one waits, and then starts over.
        await move(transaction, moves);
        for (const name of TABLE_NAMES) await upsert(transaction, name, rows[name] ?? []);
        const events = rows.events ?? [];
        if (events.length > 0) {
          await transaction.query(JOBS, [
            events.map(({ resource_id }) => toId(resource_id)),
            events.map(({ source }) => toId(source)),
          ]);
        }
      }),
    async clear() {
      // It locks them in this order, which is that of `write`. The other way round: `write` has moved the
      // offsets, we have emptied `events` and wait for the offsets, `write` waits for `events`: a deadlock.
      const tables = ['sync_offsets', ...TABLE_NAMES, 'jobs'].map(
        (name) => `gemini_events.${name}`,
      );
      await pool.query(`truncate ${tables.join(', ')}`);
    },
    async prune(before) {
      let count = 0;
      for (const name of TABLE_NAMES) {
        if (before[name] === undefined) continue;
        const { kept } = tableOf(name);
        const gone = await pool.query(
          `delete from gemini_events.${name} where ${kept} < to_timestamp($1::float8 / 1000) returning 1`,
          [before[name]],
        );
        count += gone.length;
      }
      if (before.events !== undefined) {
        await pool.query(
          `delete from gemini_events.jobs where last_event_at < to_timestamp($1::float8 / 1000)`,
          [before.events],
        );
      }
      return count;
    },
    async lead(holder, forMs) {
      const rows = await pool.query(
        `insert into gemini_events.sync_leader as l (holder, held_until)
         values ($1, clock_timestamp() + make_interval(secs => $2::float8 / 1000))
         on conflict (one) do update set holder = excluded.holder, held_until = excluded.held_until
         where l.holder = excluded.holder or l.held_until < clock_timestamp()
         returning 1`,
        [holder, forMs],
      );
      return rows.length > 0;
    },
  };
}

async function move(transaction: Transaction, moves: SyncStep['moves']): Promise<void> {
  const [row] = await transaction.query<{ count: number }>(MOVE, [
    moves.map(({ topic }) => topic),
    moves.map(({ partition }) => partition),
    moves.map(({ from }) => from),
    moves.map(({ next }) => next),
  ]);
  if (row?.count === moves.length) return;
  throw new BridgeError('ERR_SYNC_MOVED', 'the read model is not where this writer left it');
}

async function upsert(
  { query }: Transaction,
  name: TableName,
  rows: readonly object[],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.entries(tableOf(name).columns);
  const all = rows as readonly Readonly<Record<string, unknown>>[];
  const arrays = columns.map(([column, kind]) =>
    all.map((row) => {
      const value = row[column] ?? null;
      if (typeof value === 'number') return within(kind, value);
      if (typeof value !== 'string' || kind === 'json') return value;
      return IDS.has(column) ? toId(value) : toText(value);
    }),
  );
  await query(UPSERTS[name], arrays);
}

/** The last millisecond of the year 9999. */
const LAST_MS = 253_402_300_799_999;
const BOUNDS: Readonly<Record<string, number>> = { int: 2 ** 31 - 1, ms: LAST_MS };

/** A number that no column could hold must not hold up all that comes behind it. */
function within(kind: string, value: number): number {
  const bound = BOUNDS[kind] ?? Number.MAX_SAFE_INTEGER;
  return Number.isNaN(value) ? 0 : Math.min(bound, Math.max(kind === 'ms' ? 0 : -bound, value));
}
