import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createPostgresDeliveryLog, MOST_QUEUED } from './delivery-log.ts';
import { createPostgresEndpoints } from './endpoints.ts';
import { activeEndpoint, clear, newEndpoint, queue } from './testing/rows.ts';

let database: TestDatabase;
let pool: PostgresPool;

beforeAll(async () => {
  database = await createTestDatabase(inject('stack').databaseUrl);
  pool = database.pool();
});
beforeEach(() => clear(pool));
afterAll(() => database?.drop());

const DAY = 86_400_000;
const FIRST_PAGE = { limit: 10, after: null };

const rows = () =>
  pool.query<object>(
    `select message, lane, state, step, attempts, triggered_by, worker,
       due_at <= clock_timestamp() as due, settled_at is null as open
     from gemini_events.notify_deliveries order by id`,
  );

describe('deliveries that are looked at', () => {
  it('are listed by endpoint, the newest first, by state and by type', async () => {
    const log = createPostgresDeliveryLog(pool);
    const { id } = await activeEndpoint(pool);
    await queue(pool, { id: 'm1', lane: id, state: 'delivered', settledAt: 5_000 });
    await queue(pool, { id: 'm2', lane: id, type: 'batch.failed' });
    await queue(pool, { id: 'm3', lane: id, state: 'failed' });
    await queue(pool, { id: 'm4', lane: 'ep_other' });
    const names = async (filter: Parameters<typeof log.list>[2]) =>
      (await log.list(id, FIRST_PAGE, filter)).map(({ message }) => message);
    expect(await names({})).toEqual(['m3', 'm2', 'm1']);
    expect(await names({ state: 'waiting' })).toEqual(['m2']);
    expect(await names({ type: 'batch.failed' })).toEqual(['m2']);
    expect(await names({ type: 'a\0\ud800' })).toEqual([]);
    const [newest, ...older] = await log.list(id, FIRST_PAGE);
    expect(await log.list(id, { limit: 10, after: newest?.id ?? '' })).toEqual(older);
    expect(older.at(-1)).toMatchObject({ state: 'delivered', attempts: 4, settledAt: 5_000 });
  });

  it('are found by their owner and the operator alone, with the very text', async () => {
    const log = createPostgresDeliveryLog(pool);
    const { id: lane } = await activeEndpoint(pool);
    const id = await queue(pool, { id: 'm1', lane, body: 'a\\\\b\\0' });
    expect(await log.find('acme', id)).toMatchObject({ message: 'm1', body: 'a\\b\0' });
    expect(await log.find('other', id)).toBeNull();
    expect(await log.find(null, id)).toMatchObject({ lane });
    const slack = await queue(pool, { id: 'm2', owner: '', lane: 'slack:ops' });
    expect(await log.find(null, slack)).toMatchObject({ lane: 'slack:ops' });
    expect(await log.find('acme', slack)).toBeNull();
  });

  it('tell their attempts, in order and in pages', async () => {
    const log = createPostgresDeliveryLog(pool);
    const { id: lane } = await activeEndpoint(pool);
    const id = await queue(pool, { id: 'm1', lane });
    await pool.query(
      `insert into gemini_events.notify_attempts
         (delivery, number, started_at, took_ms, status, error, answer)
       values ($1, 2, to_timestamp(2), 20, 500, 'ERR_ENDPOINT_STATUS', 'a\\0b'),
         ($1, 1, to_timestamp(1), 10, null, 'ERR_HTTP_UNAVAILABLE', null)`,
      [id],
    );
    const all = await log.attempts(id, { limit: 10, after: 0 });
    const error = 'ERR_ENDPOINT_STATUS';
    expect(all).toMatchObject([
      { number: 1, startedAt: 1_000, status: null, answer: '' },
      { number: 2, startedAt: 2_000, tookMs: 20, status: 500, error, answer: 'a\0b' },
    ]);
    expect(await log.attempts(id, { limit: 10, after: 1 })).toEqual(all.slice(1));
  });
});

describe('a delivery that is sent again', () => {
  it('waits anew from whatever it was, and its attempts count on', async () => {
    const log = createPostgresDeliveryLog(pool);
    const { id: lane } = await activeEndpoint(pool);
    for (const state of ['waiting', 'delivered', 'failed']) {
      const id = await queue(pool, { id: `m ${state}`, lane, state, settledAt: 5_000 });
      expect(await log.resend(id)).toBe(true);
    }
    const again = { state: 'waiting', step: 0, attempts: 4, triggered_by: 'resend' };
    expect(await rows()).toMatchObject(
      [again, again, again].map((each) => ({ ...each, due: true, open: true, worker: null })),
    );
  });

  it('is left alone while it is being sent, and where its endpoint is not active', async () => {
    const log = createPostgresDeliveryLog(pool);
    const { id: lane } = await activeEndpoint(pool);
    const sending = await queue(pool, { id: 'm1', lane, state: 'sending' });
    const done = await queue(pool, { id: 'm2', lane, state: 'delivered' });
    const slack = await queue(pool, { id: 'm3', owner: '', lane: 'slack:ops', state: 'failed' });
    await createPostgresEndpoints(pool).disable(lane, 'owner');
    const before = await rows();
    expect([await log.resend(sending), await log.resend(done)]).toEqual([false, false]);
    expect(await log.resend('999999')).toBe(false);
    expect(await rows()).toEqual(before);
    expect(await log.resend(slack)).toBe(true);
  });
});

describe('what was given up', () => {
  it('waits again from a time on, and nothing else does', async () => {
    const log = createPostgresDeliveryLog(pool);
    const { id: lane } = await activeEndpoint(pool);
    const other = await activeEndpoint(pool);
    const state = 'failed';
    await queue(pool, { id: 'old', lane, state, settledAt: 999 });
    await queue(pool, { id: 'new', lane, state, settledAt: 1_000 });
    await queue(pool, { id: 'done', lane, state: 'delivered', settledAt: 2_000 });
    await queue(pool, { id: 'other', lane: other.id, state, settledAt: 2_000 });
    expect(await log.recover(lane, 1_000)).toEqual({ count: 1, more: false });
    const changed = (await rows()).filter((row) => JSON.stringify(row).includes('recover'));
    expect(changed).toMatchObject([{ message: 'new', state: 'waiting', step: 0, attempts: 4 }]);
    expect(await log.recover(lane, 1_000)).toEqual({ count: 0, more: false });
  });

  it('comes back in portions, until nothing is left', async () => {
    const log = createPostgresDeliveryLog(pool);
    const { id: lane } = await activeEndpoint(pool);
    await pool.query(
      `with m as (
         insert into gemini_events.notify_messages (id, owner, type, body, created_at)
         select 'm' || n, 'acme', 'batch.failed', '{}', now() from generate_series(1, $2) n
         returning id
       )
       insert into gemini_events.notify_deliveries
         (message, lane, state, triggered_by, queued_at, due_at, settled_at)
       select id, $1, 'failed', 'event', now(), now(), now() from m`,
      [lane, MOST_QUEUED + 3],
    );
    expect(await log.recover(lane, 0)).toEqual({ count: MOST_QUEUED, more: true });
    expect(await log.recover(lane, 0)).toEqual({ count: 3, more: false });
  });

  it('stays so where the endpoint is not active', async () => {
    const log = createPostgresDeliveryLog(pool);
    const { id: lane } = await activeEndpoint(pool);
    await queue(pool, { id: 'm1', lane, state: 'failed', settledAt: 1_000 });
    await createPostgresEndpoints(pool).disable(lane, 'gone');
    expect(await log.recover(lane, 0)).toEqual({ count: 0, more: false });
  });
});

describe('what an endpoint was never to get', () => {
  it('is queued if its owner, its type and its time fit, and once only', async () => {
    const log = createPostgresDeliveryLog(pool);
    const { id: lane } = await activeEndpoint(pool, { types: ['batch', 'video.generated'] });
    const at = Date.now() - DAY;
    await queue(pool, { id: 'batch', createdAt: at });
    await queue(pool, { id: 'video', type: 'video.generated', createdAt: at + 1 });
    await queue(pool, { id: 'wrong type', type: 'interaction.failed', createdAt: at });
    await queue(pool, { id: 'like it', type: 'batches.failed', createdAt: at });
    await queue(pool, { id: 'test', type: 'endpoint.test', createdAt: at });
    await queue(pool, { id: 'another’s', owner: 'other', createdAt: at });
    await queue(pool, { id: 'too early', createdAt: at - 1 });
    await queue(pool, { id: 'too late', createdAt: at + 10 });
    await queue(pool, { id: 'had', createdAt: at, lane, state: 'failed' });
    const times = { since: at, until: at + 10 };
    expect(await log.replayMissing(lane, times)).toEqual({ count: 2, more: false });
    const waiting = { lane, state: 'waiting', triggered_by: 'missing', attempts: 0, due: true };
    expect((await rows()).slice(1)).toMatchObject([
      { message: 'batch', ...waiting },
      { message: 'video', ...waiting },
    ]);
    expect(await log.replayMissing(lane, times)).toEqual({ count: 0, more: false });
  });

  it('is everything but notices and tests where it wants all types', async () => {
    const log = createPostgresDeliveryLog(pool);
    const { id: lane } = await activeEndpoint(pool);
    await queue(pool, { id: 'm1', type: 'something.new' });
    await queue(pool, { id: 'm2', type: 'endpoint.disabled' });
    const times = { since: 0, until: Date.now() + DAY };
    expect(await log.replayMissing(lane, times)).toEqual({ count: 1, more: false });
  });

  it('is nothing where it is not active', async () => {
    const log = createPostgresDeliveryLog(pool);
    const { id: lane } = newEndpoint();
    await createPostgresEndpoints(pool).add(newEndpoint({ id: lane }));
    await queue(pool, { id: 'm1' });
    const times = { since: 0, until: Date.now() + DAY };
    expect(await log.replayMissing(lane, times)).toEqual({ count: 0, more: false });
    expect(await rows()).toEqual([]);
  });
});

describe('a test', () => {
  const message = { id: 'msg_test_1', type: 'endpoint.test', body: '{"a":"\\u0000"}' };

  it('is queued as every delivery is, for its endpoint alone', async () => {
    const log = createPostgresDeliveryLog(pool);
    const { id: lane } = await activeEndpoint(pool);
    await activeEndpoint(pool);
    const id = await log.addTest(lane, message);
    expect(await log.find('acme', id ?? '')).toMatchObject({
      lane,
      message: message.id,
      type: 'endpoint.test',
      body: message.body,
      state: 'waiting',
      triggeredBy: 'test',
    });
    expect(await rows()).toHaveLength(1);
  });

  it('is not queued for an endpoint that is not active', async () => {
    const log = createPostgresDeliveryLog(pool);
    const { id: lane } = newEndpoint();
    await createPostgresEndpoints(pool).add(newEndpoint({ id: lane }));
    expect(await log.addTest(lane, message)).toBeNull();
    expect(await pool.query('select 1 from gemini_events.notify_messages')).toEqual([]);
  });
});
