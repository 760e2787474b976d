import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cacheDir } from './cache-dir.ts';

const linux = 'linux';

it('GEMINI_EVENTS_CACHE_DIR wins over XDG_CACHE_HOME', () => {
  const env = { GEMINI_EVENTS_CACHE_DIR: '/a', XDG_CACHE_HOME: '/b' };
  expect(cacheDir(env, linux)).toBe('/a');
  expect(cacheDir({ XDG_CACHE_HOME: '/b' }, linux)).toBe('/b/gemini-events');
});

it('without settings it is the cache folder of the platform', () => {
  expect(cacheDir({}, linux)).toBe(join(homedir(), '.cache', 'gemini-events'));
  expect(cacheDir({}, 'darwin')).toBe(join(homedir(), 'Library', 'Caches', 'gemini-events'));
});
