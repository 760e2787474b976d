import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  type ClaimedDelivery,
  createPostgresDeliveryQueue,
  type SettledAttempt,
} from './delivery-queue.ts';
import { createPostgresOutbox, type NewMessage } from './outbox.ts';

const NOW = Date.now();
let database: TestDatabase;
let pool: PostgresPool;

const message = (id: string, more: Partial<NewMessage> = {}): NewMessage => ({
  id,
  owner: 'acme',
  type: 'batch.succeeded',
  source: 'default',
  eventId: `event of ${id}`,
  resourceId: 'batches/b1',
  rule: 'all',
  body: '{"a":"ä\\u0000"}',
  createdAt: NOW,
  lane: null,
  thread: null,
  ...more,
});

async function addEndpoint(id: string, owner = 'acme', types: string[] | null = null) {
  await pool.query(
    `insert into gemini_events.notify_endpoints
      (id, owner, url, description, types, state, created_at, updated_at)
     values ($1, $2, 'https://example.org/' || $1, '', $3, 'active', now(), now())`,
    [id, owner, types],
  );
  await pool.query(`insert into gemini_events.notify_lanes (id) values ($1)`, [id]);
}

const queueOf = (worker: string, leaseMs = 60_000) =>
  createPostgresDeliveryQueue(pool, { worker, leaseMs });

const settled = (
  { id, number, step }: ClaimedDelivery,
  more: Partial<SettledAttempt> = {},
): SettledAttempt => ({
  id,
  number,
  step,
  state: 'delivered',
  dueAt: NOW,
  startedAt: NOW,
  tookMs: 3,
  status: 200,
  error: null,
  answer: 'ok',
  ...more,
});

const states = async () => {
  const rows = await pool.query<{ message: string; lane: string; state: string }>(
    `select message, lane, state from gemini_events.notify_deliveries order by message, lane`,
  );
  return rows.map((row) => `${row.message} ${row.lane} ${row.state}`);
};

beforeAll(async () => {
  database = await createTestDatabase(inject('stack').databaseUrl);
  pool = database.pool();
});
afterAll(() => database?.drop());
beforeEach(async () => {
  await pool.query(
    `truncate gemini_events.notify_endpoints, gemini_events.notify_messages,
      gemini_events.notify_lanes, gemini_events.notify_pairs, gemini_events.notify_threads cascade`,
  );
});

describe('messages on their way to lanes', () => {
  it('go to each active endpoint of their owner that wants their type, and to no other', async () => {
    await addEndpoint('ep_all');
    await addEndpoint('ep_family', 'acme', ['batch']);
    await addEndpoint('ep_type', 'acme', ['batch.failed']);
    await addEndpoint('ep_other', 'umbrella');
    await addEndpoint('ep_off');
    await pool.query(
      `update gemini_events.notify_endpoints set state = 'disabled' where id = 'ep_off'`,
    );
    const lanes = await createPostgresOutbox(pool).add([message('msg_1')]);
    expect(lanes.toSorted()).toEqual(['ep_all', 'ep_family']);
    expect(await states()).toEqual(['msg_1 ep_all waiting', 'msg_1 ep_family waiting']);
  });

  it('are queued once, however often they come, alone or in one call', async () => {
    await addEndpoint('ep_1');
    const outbox = createPostgresOutbox(pool);
    const two = [message('msg_1'), message('msg_1')];
    expect(await outbox.add(two)).toEqual(['ep_1']);
    expect(await outbox.add(two)).toEqual([]);
    await Promise.all(Array.from({ length: 8 }, () => outbox.add([message('msg_2')])));
    expect(await states()).toEqual(['msg_1 ep_1 waiting', 'msg_2 ep_1 waiting']);
  });

  it('are kept where nobody is there to take them', async () => {
    expect(await createPostgresOutbox(pool).add([message('msg_1')])).toEqual([]);
    const kept = await pool.query(`select id from gemini_events.notify_messages`);
    expect(kept).toEqual([{ id: 'msg_1' }]);
  });

  it('hold every text as it was', async () => {
    await createPostgresOutbox(pool).add([
      message('msg_1', { lane: 'slack:ops', thread: 'a\0\\' }),
    ]);
    const [claimed] = await queueOf('w').claim([{ lane: 'slack:ops', free: 1 }]);
    expect(claimed).toMatchObject({ body: '{"a":"ä\\u0000"}', thread: 'a\0\\', threadTs: null });
  });
});

describe('failed, then recovered', () => {
  const step = (turn: 'failed' | 'recovered', eventId: string, at = NOW) => ({
    rule: 'r',
    key: 'pipeline',
    turn,
    eventId,
    at,
  });

  it('tells of a recovery once, and only after a failure', async () => {
    const outbox = createPostgresOutbox(pool);
    expect(await outbox.pair(step('recovered', 'e0'))).toBeNull();
    await outbox.pair(step('failed', 'e1', NOW - 60_000));
    await outbox.pair(step('failed', 'e2', NOW));
    expect(await outbox.pair(step('recovered', 'e3'))).toBe(NOW - 60_000);
    expect(await outbox.pair(step('recovered', 'e4'))).toBeNull();
    // The same event again, after a crash: the same answer.
    expect(await outbox.pair(step('recovered', 'e3'))).toBe(NOW - 60_000);
  });

  it('begins anew with the next failure, and not with a failure that comes again', async () => {
    const outbox = createPostgresOutbox(pool);
    await outbox.pair(step('failed', 'e1', NOW - 60_000));
    await outbox.pair(step('recovered', 'e2'));
    await outbox.pair(step('failed', 'e1', NOW - 60_000));
    expect(await outbox.pair(step('recovered', 'e3'))).toBeNull();
    await outbox.pair(step('failed', 'e4', NOW));
    expect(await outbox.pair(step('recovered', 'e5'))).toBe(NOW);
  });
});

describe('deliveries that are due', () => {
  const ask = [{ lane: 'ep_1', free: 10 }];
  const addOne = async (id = 'msg_1') => {
    await createPostgresOutbox(pool).add([message(id)]);
  };

  it('come to one worker of a lane only, as long as its lease runs', async () => {
    await addEndpoint('ep_1');
    await addOne();
    const [first, second] = [queueOf('one'), queueOf('two')];
    const claims = await Promise.all([first.claim(ask), second.claim(ask)]);
    expect(claims.flat()).toHaveLength(1);
    await addOne('msg_2');
    const [owner, other] = claims[0].length === 1 ? [first, second] : [second, first];
    expect(await other.dueLanes(10)).toEqual([]);
    expect(await other.claim(ask)).toEqual([]);
    expect(await owner.dueLanes(10)).toEqual(['ep_1']);
    expect(await owner.claim(ask)).toHaveLength(1);
  });

  it('count each attempt before it begins, and come in the order in which they are due', async () => {
    await addEndpoint('ep_1');
    for (const id of ['msg_1', 'msg_2', 'msg_3']) await addOne(id);
    const queue = queueOf('one');
    const claimed = await queue.claim([{ lane: 'ep_1', free: 2 }]);
    expect(claimed.map(({ message, number, step }) => [message, number, step])).toEqual([
      ['msg_1', 1, 0],
      ['msg_2', 1, 0],
    ]);
    await queue.settle(
      claimed.map((each) => settled(each, { state: 'waiting', step: 1, dueAt: NOW + 3_600_000 })),
      [],
    );
    expect((await queue.claim(ask)).map(({ message }) => message)).toEqual(['msg_3']);
  });

  it('come again with the same id when their worker died, and what it says late changes nothing', async () => {
    await addEndpoint('ep_1');
    await addOne();
    const dead = queueOf('dead', 50);
    const [lost] = await dead.claim(ask);
    const next = queueOf('next');
    await expect.poll(() => next.reclaim(), { timeout: 5_000 }).toBe(1);
    const [again] = await next.claim(ask);
    expect(again).toMatchObject({ message: lost?.message, number: 2 });
    await dead.settle([settled(lost!, { state: 'failed' })], []);
    expect(await states()).toEqual(['msg_1 ep_1 sending']);
    await next.settle([settled(again!)], []);
    expect(await states()).toEqual(['msg_1 ep_1 delivered']);
    const attempts = await pool.query<{ number: number }>(
      `select number from gemini_events.notify_attempts order by number`,
    );
    expect(attempts.map(({ number }) => number)).toEqual([1, 2]);
  });

  it('stay with a worker that outlives its lease, unless another one has taken the lane', async () => {
    await addEndpoint('ep_1');
    await addOne();
    const slow = queueOf('slow', 1);
    const [claimed] = await slow.claim(ask);
    expect(await slow.reclaim()).toBe(0);
    await slow.settle([settled(claimed!)], []);
    expect(await states()).toEqual(['msg_1 ep_1 delivered']);
  });

  it('are free for the next worker as soon as one gives its lanes back', async () => {
    await addEndpoint('ep_1');
    await addOne();
    const one = queueOf('one');
    await one.claim(ask);
    await one.release();
    const two = queueOf('two');
    expect(await two.reclaim()).toBe(1);
    expect(await two.claim(ask)).toHaveLength(1);
  });

  it('wait while their lane is closed', async () => {
    await addEndpoint('ep_1');
    await addOne();
    await addOne('msg_2');
    const queue = queueOf('one');
    const [claimed] = await queue.claim([{ lane: 'ep_1', free: 1 }]);
    const lane = { id: 'ep_1', failures: 5, failingSince: NOW - 7 };
    await queue.settle([settled(claimed!)], [{ ...lane, closedUntil: Date.now() + 60_000 }]);
    expect(await queue.dueLanes(10)).toEqual([]);
    expect(await queue.claim(ask)).toEqual([]);
    expect(await queue.lanes(['ep_1'])).toMatchObject([{ failures: 5, failingSince: NOW - 7 }]);
    await queue.settle([], [{ ...lane, closedUntil: 0 }]);
    expect(await queue.claim(ask)).toHaveLength(1);
  });

  it('lose nothing of the others when an endpoint is removed while it is sent to', async () => {
    await addEndpoint('ep_1');
    await addEndpoint('ep_2');
    await addOne();
    const queue = queueOf('one');
    const claimed = await queue.claim([...ask, { lane: 'ep_2', free: 1 }]);
    await pool.query(`delete from gemini_events.notify_deliveries where lane = 'ep_1'`);
    await queue.settle(
      claimed.map((each) => settled(each)),
      [],
    );
    expect(await states()).toEqual(['msg_1 ep_2 delivered']);
  });

  it('bring the first message of their thread along', async () => {
    const lane = 'slack:ops';
    const add = (id: string) =>
      createPostgresOutbox(pool).add([message(id, { lane, thread: 'batches/b1' })]);
    await add('msg_1');
    const queue = queueOf('one');
    await queue.claim([{ lane, free: 1 }]);
    await queue.startThread(lane, 'batches/b1', '171.5');
    await queue.startThread(lane, 'batches/b1', '999.9');
    await add('msg_2');
    expect((await queue.claim([{ lane, free: 1 }]))[0]).toMatchObject({ threadTs: '171.5' });
  });
});
