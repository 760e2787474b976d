import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { labelsOfJobs } from './job-labels.ts';
import { createPostgresLaunches } from './postgres-launches.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase(inject('stack').databaseUrl);
});
afterAll(() => database?.drop());

it('are those of the launch, in the order of the ids; a job of nobody has none', async () => {
  const pool = database.pool();
  const launches = createPostgresLaunches(pool);
  const labels = { team: 'search', odd: '\0 "\\ü' };
  await launches.begin({
    key: 'k1',
    kind: 'batch',
    digest: 'ab',
    caller: 'test',
    model: null,
    owner: null,
    labels,
    route: null,
    budgetUsd: null,
    previousId: null,
    runId: null,
  });
  await launches.created('k1', 'test', 'batches/b1');
  expect(await labelsOfJobs(pool, ['batches/b2', 'batches/b1'])).toEqual([{}, labels]);
});
