import type { PostgresPool, Transaction } from '@gemini-events/postgres';
import { fromText, toText } from '@gemini-events/postgres';
import { columnsOf, hashOfKey, type ParkedRow, toParked } from './parked-row.ts';
import type { Parked, Parking } from './parking.ts';
import {
  BEGIN,
  BLOCKED_KEYS,
  COUNTS,
  DUE,
  FOLLOWING,
  LOCK_PARTITIONS,
  OLDEST,
  PARK,
  POSTPONE,
  PROMOTE,
  REMOVE,
} from './parking-sql.ts';
import { inPortions } from './portions.ts';

/** A parking in Postgres. */
export function createPostgresParking(pool: PostgresPool): Parking {
  /** Former owners of a partition may still be at work: one at a time. */
  const inPartitions = <Result>(
    partitions: readonly (readonly [consumer: string, partition: number])[],
    work: (transaction: Transaction) => Promise<Result>,
  ): Promise<Result> =>
    pool.transaction(async (transaction) => {
      const names = new Set(partitions.map((each) => `gemini_events.parking/${each.join('/')}`));
      await transaction.query(LOCK_PARTITIONS, [[...names].sort()]);
      return work(transaction);
    });

  return {
    async park(consumer, records) {
      for (const portion of inPortions(records)) {
        const partitions = portion.map(({ record }) => [consumer, record.partition] as const);
        await inPartitions(partitions, ({ query }) =>
          query(PARK, [consumer, ...columnsOf(portion)]),
        );
      }
    },

    async blockedKeys(consumer, partition) {
      const rows = await pool.query<{ key: string }>(BLOCKED_KEYS, [consumer, partition]);
      return rows.map(({ key }) => fromText(key));
    },

    async due(consumer, partitions, now, limit) {
      const wanted = [...new Set(partitions)];
      return (await pool.query<ParkedRow>(DUE, [consumer, wanted, now, limit])).map(toParked);
    },

    async begin(records) {
      const rows = await pool.query<{ sequence: string; attempts: number }>(BEGIN, [
        sequencesOf(records),
      ]);
      const attempts = new Map(rows.map((row) => [BigInt(row.sequence), row.attempts]));
      return records.map(({ sequence }) => attempts.get(sequence) ?? 0);
    },

    async following({ consumer, record, sequence }, limit) {
      const { partition, key } = record;
      const behind = [consumer, partition, hashOfKey(key), sequence, limit];
      return (await pool.query<ParkedRow>(FOLLOWING, behind)).map(toParked);
    },

    async postpone({ sequence }, { dueAt, attempts, failure }) {
      const { code, message, at } = failure;
      await pool.query(POSTPONE, [sequence, dueAt, toText(code), toText(message), at, attempts]);
    },

    async remove(records) {
      if (records.length === 0) return [];
      const consumers = records.map(({ consumer }) => consumer);
      const partitions = records.map(({ record }) => record.partition);
      const hashes = records.map(({ record }) => hashOfKey(record.key));
      const places = records.map((each) => [each.consumer, each.record.partition] as const);
      const freed = await inPartitions(places, async ({ query }) => {
        await query(REMOVE, [sequencesOf(records)]);
        return query<{ place: number }>(PROMOTE, [consumers, partitions, hashes]);
      });
      const free = new Set(freed.map(({ place }) => place - 1));
      return records.map((_, place) => free.has(place));
    },

    async oldest(consumer) {
      const rows = await pool.query<{ oldest: number | null }>(OLDEST, [consumer]);
      return rows[0]?.oldest ?? null;
    },

    async counts(consumer) {
      const rows = await pool.query<{ partition: number; count: number }>(COUNTS, [consumer]);
      return new Map(rows.map(({ partition, count }) => [partition, count]));
    },
  };
}

function sequencesOf(records: readonly Parked[]): readonly bigint[] {
  return records.map(({ sequence }) => sequence);
}
