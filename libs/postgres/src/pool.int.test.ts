import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { createPool } from './pool.ts';
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts';

const UNAVAILABLE = { code: 'ERR_POSTGRES_UNAVAILABLE' };
const SOON = { timeout: 10_000, interval: 20 };

describe('a pool', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(inject('stack').databaseUrl);
    await database.pool().query('create table numbers (number integer primary key)');
  });
  afterAll(() => database?.drop());

  it('names its connections, and opens no more than it may', async () => {
    const pool = database.pool({ applicationName: 'gemini-events results', size: 3 });
    await Promise.all(Array.from({ length: 12 }, () => pool.query('select pg_sleep(0.01)')));
    const [row] = await pool.query<{ count: number }>(
      `select count(*)::integer as count from pg_stat_activity
       where application_name = 'gemini-events results'`,
    );
    expect(row?.count).toBe(3);
  });

  it('takes a database that is not there, or not yet, for an outage, and keeps the cause', async () => {
    const nowhere = new URL(database.url);
    nowhere.port = '1';
    const unknown = new URL(database.url);
    unknown.pathname = '/unknown';
    const stranger = new URL(database.url);
    stranger.password = 'wrong';
    for (const url of [nowhere, unknown, stranger]) {
      const pool = createPool({ connectionString: url.href, applicationName: 'test' });
      const error: unknown = await pool.query('select 1').catch((reason: unknown) => reason);
      expect(error).toMatchObject({ ...UNAVAILABLE, cause: expect.any(Error) as Error });
      await expect(pool.transaction(async () => 1)).rejects.toMatchObject(UNAVAILABLE);
      await pool.close();
    }
  });

  it('does not wait for ever for a server that does not answer', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const pool = createPool({
      connectionString: `postgres://user:hunter2@127.0.0.1:${port}/database`,
      applicationName: 'test',
      connectTimeoutMs: 50,
    });
    const error: unknown = await pool.query('select 1').catch((reason: unknown) => reason);
    expect(error).toMatchObject(UNAVAILABLE);
    expect(JSON.stringify(error)).not.toContain('hunter2');
    await pool.close();
    silent.close();
  });

  it('shows no password where the connection string cannot be read', async () => {
    const pool = createPool({
      connectionString: 'postgres://user:hunter2@host:port/database',
      applicationName: 'test',
    });
    const error = await pool.query('select 1').catch((reason: Error) => reason);
    expect(error).toMatchObject(UNAVAILABLE);
    const { cause } = error as Error;
    expect(JSON.stringify([error, { ...(cause as object) }, String(cause)])).not.toContain(
      'hunter2',
    );
    await pool.close();
  });

  it('cancels a statement that takes too long, and goes on', async () => {
    const pool = database.pool({ statementTimeoutMs: 50, size: 1 });
    await expect(pool.query('select pg_sleep(60)')).rejects.toMatchObject({
      ...UNAVAILABLE,
      data: { sqlState: '57014' },
    });
    expect(await pool.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('outlives the loss of idle connections, and tells of it', async () => {
    const lost: string[] = [];
    const pool = database.pool({ size: 1, onIdleError: ({ code }) => lost.push(code) });
    const [row] = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    await database.pool().query('select pg_terminate_backend($1)', [row?.pid]);
    await vi.waitFor(() => expect(lost).toEqual(['ERR_POSTGRES_UNAVAILABLE']), SOON);
    expect(await pool.query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('outlives the loss of a connection within a transaction, between two statements', async () => {
    const pool = database.pool({ size: 1 });
    const lost = pool.transaction(async ({ query, client }) => {
      const [row] = await query<{ pid: number }>('select pg_backend_pid() as pid');
      const ended = new Promise<void>((resolve) => client.once('end', resolve));
      await database.pool().query('select pg_terminate_backend($1)', [row?.pid]);
      await ended;
      await query('insert into numbers values (1)');
    });
    await expect(lost).rejects.toMatchObject(UNAVAILABLE);
    expect(await pool.query('select * from numbers')).toEqual([]);
  });

  it('rolls back what throws, and uses the connection again', async () => {
    const pool = database.pool({ size: 1 });
    const failure = new Error('no');
    const pids: unknown[] = [];
    const failing = pool.transaction(async ({ query }) => {
      pids.push(...(await query('select pg_backend_pid() as pid')));
      await query('insert into numbers values (2)');
      throw failure;
    });
    await expect(failing).rejects.toBe(failure);
    pids.push(...(await pool.query('select pg_backend_pid() as pid')));
    expect(pids[0]).toEqual(pids[1]);
    expect(await pool.query('select * from numbers')).toEqual([]);
  });

  it('does not take a transaction for committed that its work has broken or ended', async () => {
    const pool = database.pool({ size: 1 });
    const failed = pool.transaction(async ({ query }) => {
      await query('insert into numbers values (3)');
      await query('select 1 / 0').catch(() => undefined);
    });
    await expect(failed).rejects.toMatchObject({ code: 'ERR_POSTGRES_REFUSED' });
    const ended = pool.transaction(({ query }) => query('rollback'));
    await expect(ended).rejects.toMatchObject({ code: 'ERR_POSTGRES_REFUSED' });
    expect(await pool.query('select * from numbers')).toEqual([]);
  });

  it('tells a refusal from an outage', async () => {
    const pool = database.pool({ size: 1 });
    await expect(pool.query('select * from nothing')).rejects.toMatchObject({
      code: 'ERR_POSTGRES_REFUSED',
      data: { sqlState: '42P01' },
    });
  });

  it('closes once, however often it is told to, and serves nobody afterwards', async () => {
    const pool = database.pool();
    await pool.query('select 1');
    await Promise.all([pool.close(), pool.close()]);
    await expect(pool.query('select 1')).rejects.toMatchObject(UNAVAILABLE);
  });
});
