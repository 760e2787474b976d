import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createPostgresApiTokens } from './api-tokens.ts';

let database: TestDatabase;
let pool: PostgresPool;

beforeAll(async () => {
  database = await createTestDatabase(inject('stack').databaseUrl);
  pool = database.pool();
});
beforeEach(() => pool.query('truncate gemini_events.notify_tokens'));
afterAll(() => database?.drop());

const given = { owner: 'acme', name: 'c\0i', scopes: ['endpoints:read'], expiresAt: null } as const;

describe('a token of the API', () => {
  it('is known again, and only as a whole', async () => {
    const tokens = createPostgresApiTokens(pool);
    const { token, entry } = await tokens.create(given);
    expect(token).toMatch(/^gne_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    expect(tokens.idOf(token)).toBe(entry.id);
    expect(await tokens.check(token)).toMatchObject({ ...given, id: entry.id });
    const last = token.endsWith('A') ? 'B' : 'A';
    const other = (await tokens.create(given)).token;
    const wrong = [
      '',
      'gne_',
      token.slice(0, -1),
      `${token}A`,
      `${token.slice(0, -1)}${last}`,
      token.toUpperCase(),
      `${token.slice(0, 21)}${other.slice(21)}`,
      `gne_0000000000000000_${token.slice(21)}`,
    ];
    for (const each of wrong) expect(await tokens.check(each)).toBeNull();
  });

  it('is nowhere in the database, only its hash is', async () => {
    const tokens = createPostgresApiTokens(pool);
    const { token } = await tokens.create(given);
    const rows = await pool.query<{ hash: Buffer }>('select * from gemini_events.notify_tokens');
    expect(JSON.stringify(rows)).not.toContain(token.slice(21));
    expect(rows[0]?.hash).toHaveLength(32);
  });

  it('is unknown once it has expired or was revoked', async () => {
    const tokens = createPostgresApiTokens(pool);
    const old = await tokens.create({ ...given, expiresAt: Date.now() - 1_000 });
    expect(await tokens.check(old.token)).toBeNull();
    const young = await tokens.create({ ...given, owner: null, expiresAt: Date.now() + 60_000 });
    expect(await tokens.check(young.token)).toMatchObject({ owner: null });
    expect(await tokens.revoke(young.entry.id)).toBe(true);
    expect(await tokens.check(young.token)).toBeNull();
    expect(await tokens.revoke(young.entry.id)).toBe(false);
  });

  it('notes when it was used, once a minute at most', async () => {
    const tokens = createPostgresApiTokens(pool);
    const { token } = await tokens.create(given);
    const used = async () => (await tokens.list({ limit: 1, after: null }))[0]?.lastUsedAt;
    expect(await used()).toBeNull();
    await tokens.check(token);
    const first = await used();
    expect(Math.abs((first ?? 0) - Date.now())).toBeLessThan(60_000);
    await tokens.check(token);
    expect(await used()).toBe(first);
    await pool.query(
      `update gemini_events.notify_tokens set last_used_at = now() - interval '61 seconds'`,
    );
    await tokens.check(token);
    expect(await used()).toBeGreaterThanOrEqual(first ?? Infinity);
  });

  it('is listed, the newest first, in pages', async () => {
    const tokens = createPostgresApiTokens(pool);
    for (let count = 0; count < 3; count += 1) await tokens.create(given);
    const all = await tokens.list({ limit: 10, after: null });
    const [first, second] = all;
    const after = { createdAt: second?.createdAt ?? 0, id: second?.id ?? '' };
    expect(await tokens.list({ limit: 10, after })).toEqual(all.slice(2));
    expect(await tokens.list({ limit: 1, after: null })).toEqual([first]);
  });
});
