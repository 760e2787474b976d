import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createPostgresEndpointSecrets, MOST_SECRETS } from './endpoint-secrets.ts';
import { activeEndpoint, clear, newEndpoint, secret } from './testing/rows.ts';

let database: TestDatabase;
let pool: PostgresPool;

beforeAll(async () => {
  database = await createTestDatabase(inject('stack').databaseUrl);
  pool = database.pool();
});
beforeEach(() => clear(pool));
afterAll(() => database?.drop());

const HOUR = 3_600_000;

describe('secrets of an endpoint', () => {
  it('are replaced one after the other: the former one is valid as long as it was said', async () => {
    const secrets = createPostgresEndpointSecrets(pool);
    const first = secret();
    const { id } = await activeEndpoint(pool, { secret: first });
    const second = secret();
    const added = await secrets.add(id, second, HOUR);
    expect(added).toMatchObject({ id: second.id, kind: 'v1', expiresAt: null });
    const [current, former] = await secrets.list(id);
    expect([current?.id, former?.id]).toEqual([second.id, first.id]);
    expect(Math.abs((former?.expiresAt ?? 0) - Date.now() - HOUR)).toBeLessThan(60_000);
    expect(await secrets.sealed(id)).toMatchObject([
      { id: second.id, kind: 'v1', sealed: second.sealed },
      { id: first.id },
    ]);
  });

  it('end at once where there is no overlap, those of an earlier rotation too', async () => {
    const secrets = createPostgresEndpointSecrets(pool);
    const { id } = await activeEndpoint(pool);
    await secrets.add(id, secret(), HOUR);
    const last = secret();
    await secrets.add(id, last, 0);
    expect((await secrets.list(id)).map((each) => each.id)).toEqual([last.id]);
    await secrets.add(id, secret(), 0);
    expect(await pool.query('select id from gemini_events.notify_secrets')).toHaveLength(2);
  });

  it('are never made valid for longer by a later rotation', async () => {
    const secrets = createPostgresEndpointSecrets(pool);
    const { id } = await activeEndpoint(pool);
    await secrets.add(id, secret(), HOUR);
    const before = (await secrets.list(id)).at(-1);
    await secrets.add(id, secret(), 48 * HOUR);
    expect((await secrets.list(id)).at(-1)).toEqual(before);
  });

  it('of one kind leave the other kind alone, so there is always a v1', async () => {
    const secrets = createPostgresEndpointSecrets(pool);
    const { id } = await activeEndpoint(pool);
    await secrets.add(id, secret('v1a'), 0);
    await secrets.add(id, secret('v1a'), 0);
    expect((await secrets.list(id)).map(({ kind, expiresAt }) => [kind, expiresAt])).toEqual([
      ['v1a', null],
      ['v1', null],
    ]);
  });

  it('are five at most, also when many come at once; one without an overlap always fits', async () => {
    const secrets = createPostgresEndpointSecrets(pool);
    const { id } = await activeEndpoint(pool);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => secrets.add(id, secret(), HOUR)),
    );
    expect(answers.filter((each) => each === 'too_many')).toHaveLength(8 - (MOST_SECRETS - 1));
    expect(await secrets.list(id)).toHaveLength(MOST_SECRETS);
    expect(await secrets.add(id, secret(), 0)).toMatchObject({ expiresAt: null });
    expect(await secrets.list(id)).toHaveLength(1);
  });

  it('are of an endpoint that is there', async () => {
    const secrets = createPostgresEndpointSecrets(pool);
    expect(await secrets.add(newEndpoint().id, secret(), 0)).toBeNull();
  });
});
