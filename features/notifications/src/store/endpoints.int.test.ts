import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  createPostgresEndpoints,
  type Endpoint,
  type EndpointPlace,
  MOST_ENDPOINTS,
} from './endpoints.ts';
import { activeEndpoint, clear, newEndpoint, queue } from './testing/rows.ts';

let database: TestDatabase;
let pool: PostgresPool;

beforeAll(async () => {
  database = await createTestDatabase(inject('stack').databaseUrl);
  pool = database.pool();
});
beforeEach(() => clear(pool));
afterAll(() => database?.drop());

const deliveries = () =>
  pool.query<{ message: string; state: string; error: string | null; settled: boolean }>(
    `select message, state, last_error as error, settled_at is not null as settled
     from gemini_events.notify_deliveries order by id`,
  );
const lanes = () =>
  pool.query<{ id: string; failures: number; open: boolean }>(
    `select id, failures, closed_until <= now() and failing_since is null as open
     from gemini_events.notify_lanes order by id`,
  );

describe('an endpoint', () => {
  it('is there with its secret and its lane, and is unverified', async () => {
    const endpoints = createPostgresEndpoints(pool);
    const given = newEndpoint({ description: 'a\0b\\', types: ['batch'], maxPerSecond: 0.5 });
    const added = await endpoints.add(given);
    expect(added).toMatchObject({
      owner: 'acme',
      description: 'a\0b\\',
      types: ['batch'],
      maxPerSecond: 0.5,
      state: 'unverified',
      disabledReason: null,
      verifiedAt: null,
    });
    expect(Math.abs((added?.createdAt ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(await endpoints.find('acme', given.id)).toEqual(added);
    expect(await lanes()).toMatchObject([{ id: given.id }]);
    expect(await pool.query('select id from gemini_events.notify_secrets')).toEqual([
      { id: given.secret.id },
    ]);
  });

  it('is seen by its owner and by the operator, and by nobody else', async () => {
    const endpoints = createPostgresEndpoints(pool);
    const { id } = await activeEndpoint(pool);
    expect(await endpoints.find('other', id)).toBeNull();
    expect(await endpoints.find(null, id)).toMatchObject({ id });
    expect(await endpoints.list('other', { limit: 10, after: null })).toEqual([]);
    expect(await endpoints.list(null, { limit: 10, after: null })).toHaveLength(1);
  });

  it('is one of fifty at most of its owner, also when many come at once', async () => {
    const endpoints = createPostgresEndpoints(pool);
    const answers = await Promise.all(
      Array.from({ length: MOST_ENDPOINTS + 5 }, () => endpoints.add(newEndpoint())),
    );
    expect(answers.filter((each) => each !== null)).toHaveLength(MOST_ENDPOINTS);
    expect(await endpoints.add(newEndpoint({ owner: 'other' }))).not.toBeNull();
  });

  it('comes in pages, the newest first, each one once', async () => {
    const endpoints = createPostgresEndpoints(pool);
    for (let count = 0; count < 7; count += 1) await endpoints.add(newEndpoint());
    // Of one time the id decides.
    await pool.query(
      'update gemini_events.notify_endpoints set created_at = now()::timestamptz(3)',
    );
    const seen: Endpoint[] = [];
    for (let after: EndpointPlace | null = null; ; ) {
      const page = await endpoints.list('acme', { limit: 3, after });
      seen.push(...page);
      const last = page.at(-1);
      if (last === undefined) break;
      after = { createdAt: last.createdAt, id: last.id };
    }
    expect(seen.map(({ id }) => id)).toEqual(
      seen
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
    expect(new Set(seen.map(({ id }) => id)).size).toBe(7);
  });

  it('changes what is given and keeps the rest', async () => {
    const endpoints = createPostgresEndpoints(pool);
    const before = await activeEndpoint(pool, { types: ['batch'], maxConcurrent: 4 });
    const described = await endpoints.update(before.id, { description: 'x' });
    expect(described).toMatchObject({ description: 'x', types: ['batch'], state: 'active' });
    const wider = await endpoints.update(before.id, { types: null, maxConcurrent: null });
    expect(wider).toMatchObject({ description: 'x', types: null, maxConcurrent: null });
    expect(await endpoints.update('ep_none', { description: 'x' })).toBeNull();
  });

  it('has to be verified anew when its URL changes, and only then', async () => {
    const endpoints = createPostgresEndpoints(pool);
    const { id, url } = await activeEndpoint(pool);
    expect(await endpoints.update(id, { url })).toMatchObject({ state: 'active' });
    const moved = await endpoints.update(id, { url: 'https://b.example.com/' });
    expect(moved).toMatchObject({ state: 'unverified', verifiedAt: null });
  });

  it('is not verified by an answer of the URL that it had before', async () => {
    const endpoints = createPostgresEndpoints(pool);
    const { id, url } = await activeEndpoint(pool);
    await endpoints.update(id, { url: 'https://b.example.com/' });
    expect(await endpoints.verify(id, url)).toBeNull();
    expect(await endpoints.find(null, id)).toMatchObject({ state: 'unverified' });
  });

  it('gives up what waits when it is disabled, and leaves what is sent now', async () => {
    const endpoints = createPostgresEndpoints(pool);
    const { id } = await activeEndpoint(pool);
    await queue(pool, { id: 'm1', lane: id });
    await queue(pool, { id: 'm2', lane: id, state: 'sending' });
    await queue(pool, { id: 'm3', lane: 'ep_other' });
    const disabled = await endpoints.disable(id, 'gone');
    expect(disabled).toMatchObject({ state: 'disabled', disabledReason: 'gone' });
    expect(await deliveries()).toEqual([
      { message: 'm1', state: 'failed', error: 'ERR_ENDPOINT_DISABLED', settled: true },
      { message: 'm2', state: 'sending', error: null, settled: false },
      { message: 'm3', state: 'waiting', error: null, settled: false },
    ]);
  });

  it('begins anew when it is verified or enabled: its failures are forgotten', async () => {
    const endpoints = createPostgresEndpoints(pool);
    const { id, url } = await activeEndpoint(pool);
    const fail = () =>
      pool.query(`update gemini_events.notify_lanes set failures = 9, failing_since = now(),
        closed_until = now() + interval '1 day'`);
    await fail();
    await endpoints.disable(id, 'failing');
    expect(await endpoints.enable(id, 'owner')).toMatchObject({ state: 'active' });
    expect(await lanes()).toEqual([{ id, failures: 0, open: true }]);
    await fail();
    expect(await endpoints.verify(id, url)).toMatchObject({ state: 'active' });
    expect(await lanes()).toEqual([{ id, failures: 0, open: true }]);
  });

  it('that was never verified is unverified when it is enabled', async () => {
    const endpoints = createPostgresEndpoints(pool);
    const { id } = newEndpoint();
    await endpoints.add(newEndpoint({ id }));
    await endpoints.disable(id, 'owner');
    expect(await endpoints.enable(id, 'owner')).toMatchObject({ state: 'unverified' });
  });

  it('that an operator disabled stays so, whatever its owner does', async () => {
    const endpoints = createPostgresEndpoints(pool);
    const { id, url } = await activeEndpoint(pool);
    await endpoints.disable(id, 'operator');
    const disabled = { state: 'disabled', disabledReason: 'operator' };
    expect(await endpoints.disable(id, 'owner')).toMatchObject(disabled);
    expect(await endpoints.enable(id, 'owner')).toBeNull();
    expect(await endpoints.verify(id, url)).toBeNull();
    expect(await endpoints.update(id, { url: 'https://b.example.com/' })).toMatchObject(disabled);
    expect(await endpoints.enable(id, 'operator')).toMatchObject({ state: 'unverified' });
  });

  it('is as it was when it is enabled without being disabled', async () => {
    const before = await activeEndpoint(pool);
    expect(await createPostgresEndpoints(pool).enable(before.id, 'owner')).toEqual(before);
  });

  it('takes secrets, lane and deliveries along when it is removed, and leaves messages', async () => {
    const endpoints = createPostgresEndpoints(pool);
    const { id } = await activeEndpoint(pool);
    await queue(pool, { id: 'm1', lane: id });
    await queue(pool, { id: 'm2', lane: id, state: 'delivered' });
    expect(await endpoints.remove(id)).toBe(true);
    expect(await endpoints.remove(id)).toBe(false);
    expect([...(await deliveries()), ...(await lanes())]).toEqual([]);
    expect(await pool.query('select id from gemini_events.notify_secrets')).toEqual([]);
    expect(await pool.query('select id from gemini_events.notify_messages')).toHaveLength(2);
  });
});
