import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import { afterAll, beforeAll, inject } from 'vitest';
import { describePauses } from './pauses.contract.ts';
import { createPostgresPauses } from './postgres-pauses.ts';

let database: TestDatabase;
let pool: PostgresPool;

beforeAll(async () => {
  database = await createTestDatabase(inject('stack').databaseUrl);
  pool = database.pool();
});
afterAll(() => database?.drop());

describePauses('pauses in Postgres', async () => {
  await pool.query('truncate gemini_events.pauses');
  return createPostgresPauses(pool);
});
