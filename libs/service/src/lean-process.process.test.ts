import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const MODULE = new URL('./lean-process.ts', import.meta.url).href;
const SCRIPT = `
import v8 from 'node:v8';
await import('${MODULE}');
const kept = [];
const endsAt = Date.now() + 1_000;
let most = 0;
while (Date.now() < endsAt) {
  for (let at = 0; at < 100_000; at += 1) kept[at] = { at, also: [at] };
  const spaces = v8.getHeapSpaceStatistics();
  most = Math.max(most, spaces.find((space) => space.space_name === 'new_space').space_size);
}
const { MARK: mark, NODE_COMPILE_CACHE: cache } = process.env;
console.log(JSON.stringify({ pid: process.pid, mark, cache, mib: most / 2 ** 20 }));
`;

async function run(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    env: { ...process.env, HOME: '/h', XDG_CACHE_HOME: '', MARK: 'kept', NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = JSON.parse(await text(child.stdout)) as {
    readonly pid: number;
    readonly mark: string;
    readonly cache?: string;
    readonly mib: number;
  };
  return { ...said, isSame: said.pid === child.pid };
}

it('the young generation of a busy process stays small; pid, environment and output are kept', async () => {
  const { isSame, mark, mib } = await run({});
  expect({ isSame, mark }).toEqual({ isSame: true, mark: 'kept' });
  expect(mib).toBeLessThanOrEqual(8);
});

it('a limit that was given stays in force', async () => {
  const { mib } = await run({ NODE_OPTIONS: '--max-semi-space-size=32' });
  expect(mib).toBeGreaterThan(16);
});

it.each([
  [{}, '/h/.cache/gemini-events/compiled'],
  [{ XDG_CACHE_HOME: '/x' }, '/x/gemini-events/compiled'],
  [{ NODE_COMPILE_CACHE: '/given' }, '/given'],
  [{ HOME: '' }, undefined],
])('with %j compiled modules are kept in %s', async (env, expected) => {
  expect((await run(env)).cache).toBe(expected);
});
