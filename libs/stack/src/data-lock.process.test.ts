import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockData } from './data-lock.ts';
import { identify } from './process/identity.ts';

let dataDir: string;
let path: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lock-'));
  path = join(dataDir, 'lock');
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const lockOf = (owner: unknown, servers: readonly unknown[] = []): void =>
  writeFileSync(path, JSON.stringify({ owner, servers }));
const dead = { pid: process.pid, startedAt: 'another start' };

it('a live holder is named with its pid and the folder', async () => {
  const holder = spawn('sleep', ['60']);
  lockOf(identify(holder.pid ?? 0));
  await expect(lockData(dataDir)).rejects.toMatchObject({
    code: 'ERR_STACK_LOCKED',
    message: `another start (pid ${holder.pid}) uses ${dataDir}`,
  });
  holder.kill();
  await once(holder, 'exit');
  (await lockData(dataDir)).release();
});

it('a second start of the same process is refused too', async () => {
  const lock = await lockData(dataDir);
  await expect(lockData(dataDir)).rejects.toMatchObject({ code: 'ERR_STACK_LOCKED' });
  lock.release();
  expect(existsSync(path)).toBe(false);
});

it.each([
  ['of a pid that has another start time', JSON.stringify({ owner: dead, servers: [] })],
  ['that is cut off', '{"owner":{"pi'],
  ['of another shape', '{}'],
])('a lock %s is taken over', async (_, content) => {
  writeFileSync(path, content);
  await lockData(dataDir);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ owner: identify(process.pid) });
  expect(await readdir(dataDir)).toEqual(['lock']);
});

it('of many starts that find the same stale lock exactly one gets the folder', async () => {
  lockOf(dead);
  const code = `
    const { lockData } = await import(${JSON.stringify(new URL('./data-lock.ts', import.meta.url).href)});
    process.stdout.write('ready ');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    const outcome = await lockData(process.argv[1]).then(() => 'got', (error) => error.code);
    process.stdout.write(outcome);
    process.stdin.once('data', () => process.exit());
  `;
  const starts = Array.from({ length: 6 }, () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, dataDir]);
    const printed: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
    const prints = async (pattern: RegExp): Promise<string> => {
      while (!pattern.test(printed.join(''))) await once(child.stdout, 'data');
      return printed.join('');
    };
    return { child, prints };
  });
  await Promise.all(starts.map(({ prints }) => prints(/ready/)));
  for (const { child } of starts) child.stdin.write('go');
  const outcomes = await Promise.all(starts.map(({ prints }) => prints(/got|ERR_\w+/)));
  const closed = starts.map(({ child }) => once(child, 'close'));
  for (const { child } of starts) child.stdin.write('end');
  await Promise.all(closed);
  expect(outcomes.filter((outcome) => outcome.endsWith('got'))).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome.endsWith('ERR_STACK_LOCKED'))).toHaveLength(5);
}, 20_000);

it('the servers of a dead owner are waited for', async () => {
  const server = spawn('sleep', ['60']);
  lockOf(dead, [identify(server.pid ?? 0)]);
  let has = false;
  const locking = lockData(dataDir).then((lock) => {
    has = true;
    return lock;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(has).toBe(false);
  // Still recorded: this process may be killed while it waits.
  expect(readFileSync(path, 'utf8')).toContain(String(server.pid));
  server.kill();
  (await locking).release();
});
