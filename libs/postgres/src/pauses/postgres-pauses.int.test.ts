import { afterAll, beforeAll, inject } from 'vitest';
import type { PostgresPool } from '../pool.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
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
