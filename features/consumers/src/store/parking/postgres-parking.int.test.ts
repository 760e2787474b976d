import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { parkingCommands } from '../testing/parking-commands.ts';
import { createMemoryParking } from './memory-parking.ts';
import { describeParking } from './parking.contract.ts';
import type { Parking } from './parking.ts';
import { DUE } from './parking-sql.ts';
import { createPostgresParking } from './postgres-parking.ts';

let database: TestDatabase;
let pool: PostgresPool;

beforeAll(async () => {
  database = await createTestDatabase(inject('stack').databaseUrl);
  pool = database.pool();
});
afterAll(() => database?.drop());

async function create(): Promise<Parking> {
  await pool.query('truncate gemini_events.parking');
  return createPostgresParking(pool);
}

describeParking('parking in Postgres', create);

it('answers like the parking in memory, whatever happens in which order', async () => {
  const checked = fc.assert(
    fc.asyncProperty(parkingCommands(25), async (commands) => {
      const real = await create();
      const model = { model: createMemoryParking(), known: [] };
      await fc.asyncModelRun(() => ({ model, real }), commands);
    }),
    { numRuns: 40 },
  );
  await expect(checked).resolves.toBeUndefined();
});

/** Pages of the buffer cache that a statement looks at. */
async function pagesRead(statement: string, values: readonly unknown[]): Promise<number> {
  const [row] = await pool.query<{ 'QUERY PLAN': readonly [{ Plan: Record<string, number> }] }>(
    `explain (analyze, buffers, format json) ${statement}`,
    values,
  );
  const plan = row?.['QUERY PLAN'][0].Plan ?? {};
  return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
}

it.each([
  ['one key with all records behind it', 1],
  ['many keys with a record each', 100_000],
])('finds what is due among 100,000 records without looking at them: %s', async (_, keys) => {
  await pool.query('truncate gemini_events.parking');
  await pool.query(
    `insert into gemini_events.parking
       (consumer, topic, partition, record_offset, record_time, key, key_hash, headers, value,
         due_at, attempts, is_head)
     select 'results', 't', number % 12, number, 0, number % $1, sha256((number % $1)::text::bytea),
       '{}', '', case when number % 100 = 0 or $1 = 1 then now() else now() + interval '1 h' end, 0,
       number < 12 or $1 > 1
     from generate_series(0, 99999) as number`,
    [keys],
  );
  await pool.query('analyze gemini_events.parking');
  const partitions = Array.from({ length: 12 }, (_, partition) => partition);
  expect(await pagesRead(DUE, ['results', partitions, Date.now() + 60_000, 100])).toBeLessThan(
    2_000,
  );
});
