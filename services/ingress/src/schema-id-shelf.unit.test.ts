import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSchemaIdShelf } from './schema-id-shelf.ts';

const IDS = new Map([
  ['BatchEvent', 1],
  ['VideoEvent', 0],
] as const);

describe('the shelf of schema ids', () => {
  let dir: string;
  beforeEach(() => {
    dir = join(mkdtempSync(join(tmpdir(), 'gemini-events-shelf-')), 'state');
  });
  afterEach(() => rmSync(join(dir, '..'), { recursive: true }));
  const shelf = (url = 'http://registry', prefix = 'gemini') =>
    createSchemaIdShelf(dir, url, prefix);

  it('gives back what was put there, to nobody but its user', async () => {
    await shelf().save(IDS);
    expect(await shelf().load()).toEqual(IDS);
    const [name = ''] = readdirSync(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
  });

  it('knows registries and prefixes apart', async () => {
    await shelf().save(IDS);
    await expect(shelf('http://other').load()).rejects.toThrow('ENOENT');
    await expect(shelf('http://registry', 'other').load()).rejects.toThrow('ENOENT');
  });

  it.each(['{"BatchEvent":"7"}', '{"BatchEvent":-1}', '{"BatchEvent":2147483648}', '{"A":1.5}'])(
    'gives nothing rather than a wrong id: %s',
    async (text) => {
      await shelf().save(IDS);
      writeFileSync(join(dir, readdirSync(dir)[0] ?? ''), text);
      expect(await shelf().load()).toBeNull();
    },
  );
});
