import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { describeLaunches } from './launches.contract.ts';
import { createPostgresLaunches } from './postgres-launches.ts';
import { launchCommands } from './testing/launch-commands.ts';
import { memoryLaunchesHarness } from './testing/memory-launches-harness.ts';
import { postgresLaunchesHarness } from './testing/postgres-launches-harness.ts';

let database: TestDatabase;
let pool: PostgresPool;

beforeAll(async () => {
  database = await createTestDatabase(inject('stack').databaseUrl);
  pool = database.pool();
});
afterAll(() => database?.drop());

describeLaunches('ledger in Postgres', () => postgresLaunchesHarness(pool));

describe('ledger in Postgres, and only there', () => {
  it('answers like its twin in memory, whatever happens in which order', async () => {
    const checked = fc.assert(
      fc.asyncProperty(launchCommands, async (commands) => {
        const real = await postgresLaunchesHarness(pool);
        const twin = await memoryLaunchesHarness();
        for (const { text, run } of commands) {
          expect([text, await run(real)]).toEqual([text, await run(twin)]);
        }
        const keys = async ({ launches }: typeof real) =>
          (await launches.list({ limit: 10 }))
            .map(({ key, state }) => `${key} ${state}`)
            .toSorted();
        expect(await keys(real)).toEqual(await keys(twin));
      }),
      { numRuns: 60 },
    );
    await expect(checked).resolves.toBeUndefined();
  });

  it('forgets in portions, all of what is old', async () => {
    await pool.query('truncate gemini_events.launches');
    await pool.query(
      `insert into gemini_events.launches (key, kind, digest, state, caller, labels, begun_at)
       select number::text, 'batch', '', 'refused', 'a', '{}', now()
       from generate_series(1, 25) as number`,
    );
    const launches = createPostgresLaunches(pool, { prunePortion: 10 });
    expect(await launches.prune(Date.now() + 60_000)).toBe(25);
  });
});
