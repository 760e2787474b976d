import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { PostgresPool } from '../pool.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { MIGRATIONS } from './all.ts';
import { migrate, migrationStatus } from './migrate.ts';
import type { Migration } from './migration.ts';

const NAMES = [
  '0001-inbox',
  '0002-parking',
  '0003-pauses',
  '0004-replays',
  '0005-read-model',
  '0006-notifier',
  '0007-launches',
  '0008-runs',
  '0009-approvals',
  '0010-agent-read-model',
];
const next: Migration = {
  version: MIGRATIONS.length + 1,
  name: 'next',
  readableFrom: 1,
  sql: 'alter table gemini_events.inbox add note text',
};

describe('a database', () => {
  let database: TestDatabase;
  let pool: PostgresPool;

  beforeAll(async () => {
    database = await createTestDatabase(inject('stack').databaseUrl);
    pool = database.pool();
  });
  beforeEach(async () => {
    await pool.query('drop schema if exists gemini_events cascade');
  });
  afterAll(() => database?.drop());

  it('is brought up to date once, and tells what it lacks', async () => {
    expect(await migrationStatus(pool)).toEqual({ pending: NAMES, newer: [] });
    expect(await migrate(pool)).toEqual(NAMES);
    expect(await migrationStatus(pool)).toEqual({ pending: [], newer: [] });
    expect(await migrate(pool)).toEqual([]);
  });

  it('is brought up to date by one of many instances that start at once', async () => {
    const pools = Array.from({ length: 6 }, () => database.pool({ size: 1 }));
    const applied = await Promise.all(pools.map((each) => migrate(each)));
    expect(applied.filter(({ length }) => length > 0)).toEqual([NAMES]);
  });

  it('is used beside a newer version that says so, and goes on from where it is', async () => {
    await migrate(pool);
    expect(await migrate(pool, [...MIGRATIONS, next])).toEqual(['0011-next']);
    expect(await migrate(pool)).toEqual([]);
    expect(await migrationStatus(pool)).toEqual({ pending: [], newer: ['0011-next'] });
  });

  it('that a newer version has made unreadable is refused', async () => {
    await migrate(pool, [...MIGRATIONS, { ...next, readableFrom: next.version }]);
    await expect(migrate(pool)).rejects.toMatchObject({ code: 'ERR_POSTGRES_SCHEMA' });
    await expect(migrationStatus(pool)).rejects.toMatchObject({ code: 'ERR_POSTGRES_SCHEMA' });
  });

  it('is not touched by a migration that was edited after it was applied', async () => {
    await migrate(pool);
    const edited = MIGRATIONS.map((each) => ({ ...each, sql: `${each.sql} ` }));
    await expect(migrate(pool, edited)).rejects.toMatchObject({ code: 'ERR_POSTGRES_SCHEMA' });
  });

  it('stays as it was when a migration fails', async () => {
    const broken = { ...next, sql: 'create table gemini_events.half (); select 1 / 0' };
    await expect(migrate(pool, [...MIGRATIONS, broken])).rejects.toMatchObject({
      code: 'ERR_POSTGRES_REFUSED',
    });
    expect(await migrationStatus(pool)).toEqual({ pending: NAMES, newer: [] });
  });

  it('that is up to date needs no right to make tables', async () => {
    await migrate(pool);
    const role = `reader_${Date.now()}`;
    await pool.query(`create role ${role}`);
    await pool.query(`grant usage on schema gemini_events to ${role}`);
    await pool.query(`grant select on gemini_events.schema_migrations to ${role}`);
    const asRole = database.pool({ size: 1 });
    await asRole.query(`set role ${role}`);
    expect(await migrate(asRole)).toEqual([]);
    await asRole.query('reset role');
    await pool.query(`drop owned by ${role}; drop role ${role}`);
  });
});
