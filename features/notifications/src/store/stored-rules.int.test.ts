import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createPostgresRules } from './stored-rules.ts';
import { clear } from './testing/rows.ts';

let database: TestDatabase;
let pool: PostgresPool;

beforeAll(async () => {
  database = await createTestDatabase(inject('stack').databaseUrl);
  pool = database.pool();
});
beforeEach(() => clear(pool));
afterAll(() => database?.drop());

describe('rules that came by the API', () => {
  it('are kept as they were given, one of each name, until they are removed', async () => {
    const rules = createPostgresRules(pool);
    const definition = { b: ['x\0y', '\ud800'], a: { z: 1, y: null } };
    await rules.put({ name: 'two', definition: {}, actor: 'token/1' });
    await rules.put({ name: 'one', definition: { old: true }, actor: 'token/1' });
    await rules.put({ name: 'one', definition, actor: 'a\0b' });
    const all = await rules.list();
    expect(all.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(all[0]).toMatchObject({ actor: 'a\0b' });
    expect(JSON.stringify(all[0]?.definition)).toBe(JSON.stringify(definition));
    expect(await rules.find('one')).toEqual(all[0]);
    expect(await rules.remove('one')).toBe(true);
    expect(await rules.remove('one')).toBe(false);
    expect(await rules.find('one')).toBeNull();
  });
});
