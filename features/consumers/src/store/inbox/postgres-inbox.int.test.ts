import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { inboxCommands } from '../testing/inbox-commands.ts';
import { InboxModel } from '../testing/inbox-model.ts';
import { postgresInboxHarness } from '../testing/postgres-inbox-harness.ts';
import { describeInbox } from './inbox.contract.ts';
import type { Lease } from './inbox.ts';
import { createPostgresInbox } from './postgres-inbox.ts';

const LEASE_MS = 60_000;
let database: TestDatabase;
let pool: PostgresPool;

beforeAll(async () => {
  database = await createTestDatabase(inject('stack').databaseUrl);
  pool = database.pool();
  await pool.query('create table effects (text text not null)');
});
afterAll(() => database?.drop());

describeInbox('inbox in Postgres', () => postgresInboxHarness(pool));

describe('inbox in Postgres, and only there', () => {
  const claim = async (id: string): Promise<Lease> => {
    const key = { consumer: 'results', source: 'default', id };
    const [answer] = await createPostgresInbox(pool).claim(
      [{ ...key, mode: 'new', takesOver: false }],
      LEASE_MS,
    );
    if (answer?.kind !== 'claimed') throw new Error(`not claimed: ${answer?.kind}`);
    return answer.lease;
  };
  const stateOf = async (id: string): Promise<string | undefined> => {
    const rows = await pool.query<{ state: string }>(
      'select state from gemini_events.inbox where id = $1',
      [id],
    );
    return rows[0]?.state;
  };
  const effects = async (): Promise<readonly string[]> =>
    (await pool.query<{ text: string }>('select text from effects')).map(({ text }) => text);
  const WRITE = `insert into effects values ('written')`;

  beforeEach(async () => {
    await pool.query('truncate gemini_events.inbox, effects');
  });

  it('answers like a plain table, whatever happens in which order', async () => {
    const checked = fc.assert(
      fc.asyncProperty(inboxCommands(30), async (commands) => {
        const real = await postgresInboxHarness(pool);
        await fc.asyncModelRun(() => ({ model: new InboxModel(), real }), commands);
      }),
      { numRuns: 40 },
    );
    await expect(checked).resolves.toBeUndefined();
  });

  it('commits an effect together with its mark', async () => {
    const lease = await claim('a');
    await createPostgresInbox(pool).complete(lease, async (client) => {
      await client.query(WRITE);
      expect(await effects()).toEqual([]);
      expect(await stateOf('a')).toBe('running');
    });
    expect(await effects()).toEqual(['written']);
    expect(await stateOf('a')).toBe('done');
  });

  it('takes back what a failed effect has written', async () => {
    const lease = await claim('a');
    const completed = createPostgresInbox(pool).complete(lease, async (client) => {
      await client.query(WRITE);
      throw new Error('too late');
    });
    await expect(completed).rejects.toThrow('too late');
    expect(await effects()).toEqual([]);
    expect(await stateOf('a')).toBe('running');
  });

  it('does not take an effect for done whose statement failed, though it kept quiet about it', async () => {
    const lease = await claim('a');
    const completed = createPostgresInbox(pool).complete(lease, async (client) => {
      await client.query(WRITE);
      await client.query('select 1 / 0').catch(() => undefined);
    });
    await expect(completed).rejects.toMatchObject({ code: 'ERR_POSTGRES_REFUSED' });
    expect(await effects()).toEqual([]);
    expect(await stateOf('a')).toBe('running');
  });

  it('leaves an event claimable whose process dies in its effect', async () => {
    const lease = await claim('a');
    const completed = createPostgresInbox(pool).complete(lease, async (client) => {
      await client.query(WRITE);
      await client.query('select pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
    });
    await expect(completed).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_POSTGRES_/) as string,
    });
    expect(await effects()).toEqual([]);
    expect(await createPostgresInbox(pool).settle([{ lease, as: 'waiting' }])).toEqual([true]);
    expect(await claim('a')).toMatchObject({ token: 2n, attempt: 2 });
  });

  it('forgets in portions, all of what is old', async () => {
    await pool.query(
      `insert into gemini_events.inbox
         (consumer, source, id, state, token, attempts, created_at, finished_at)
       select 'results', 'default', number::text, 'done', 1, 1, now(), now()
       from generate_series(1, 25) as number`,
    );
    const inbox = createPostgresInbox(pool, { prunePortion: 10 });
    expect(await inbox.prune(Date.now() + 60_000)).toBe(25);
  });

  it('says that there are no tables', async () => {
    const empty = await createTestDatabase(inject('stack').databaseUrl, { isEmpty: true });
    const inbox = createPostgresInbox(empty.pool());
    const claimed = inbox.claim(
      [{ consumer: 'c', source: 's', id: 'i', mode: 'new', takesOver: false }],
      LEASE_MS,
    );
    await expect(claimed).rejects.toMatchObject({
      code: 'ERR_POSTGRES_REFUSED',
      data: { sqlState: '42P01' },
    });
    await empty.drop();
  });
});
