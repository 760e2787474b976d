import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Artefact, ensureArtefact } from './artefact.ts';

let cache: string;
let fetches: number;
let reasons: string[];

const small: Artefact = {
  name: 'small-1',
  async fetch(folder) {
    fetches += 1;
    await mkdir(join(folder, 'lib'));
    await writeFile(join(folder, 'lib', 'a.jar'), 'content of a');
    await writeFile(join(folder, 'b.jar'), 'content of b');
  },
};
const ensure = (): Promise<string> =>
  ensureArtefact(cache, small, (reason) => void reasons.push(reason));

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'cache-'));
  fetches = 0;
  reasons = [];
});
afterEach(() => rm(cache, { recursive: true, force: true }));

it('what is whole is not fetched again', async () => {
  const folder = await ensure();
  expect(await ensure()).toBe(folder);
  expect({ fetches, reasons }).toEqual({ fetches: 1, reasons: ['missing'] });
});

describe('a damaged cache is fetched again and told as corrupt', () => {
  it.each([
    ['changed bytes of the same length', 'lib/a.jar', 'CONTENT of a'],
    ['a file cut short', 'b.jar', 'content'],
    ['a manifest cut short', 'manifest.json', '[{"file":"b.j'],
    ['an empty manifest', 'manifest.json', '[]'],
    ['a manifest of another shape', 'manifest.json', '{}'],
  ])('%s', async (_, file, content) => {
    const folder = await ensure();
    await writeFile(join(folder, file), content);
    await ensure();
    expect({ fetches, reasons }).toEqual({ fetches: 2, reasons: ['missing', 'corrupt'] });
    expect(await readFile(join(folder, 'lib', 'a.jar'), 'utf8')).toBe('content of a');
  });

  it('a file that is gone', async () => {
    await rm(join(await ensure(), 'b.jar'));
    await ensure();
    expect(reasons).toEqual(['missing', 'corrupt']);
  });
});

it('first starts at the same time end with one whole folder and nothing beside it', async () => {
  await Promise.all(Array.from({ length: 5 }, ensure));
  expect(await readdir(cache)).toEqual(['small-1']);
  const before = fetches;
  await ensure();
  expect(fetches).toBe(before);
});

it('a failed fetch leaves nothing behind', async () => {
  const broken: Artefact = {
    name: 'small-1',
    fetch: () => Promise.reject(new Error('no network')),
  };
  await expect(ensureArtefact(cache, broken, () => undefined)).rejects.toThrow('no network');
  expect(await readdir(cache)).toEqual([]);
});

it('a half fetch that was killed a day ago is removed, a running one is not', async () => {
  const [old, running] = [join(cache, 'small-1-fetch-old'), join(cache, 'small-1-fetch-new')];
  await mkdir(old);
  await mkdir(running);
  const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
  await utimes(old, longAgo, longAgo);
  await ensure();
  expect((await readdir(cache)).sort()).toEqual(['small-1', 'small-1-fetch-new']);
});
