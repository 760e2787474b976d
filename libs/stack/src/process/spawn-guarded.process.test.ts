import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { identify } from './identity.ts';
import { spawnGuarded } from './spawn-guarded.ts';

let folder: string;
let logFile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guard-'));
  logFile = join(folder, 'log');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const parentOf = (pid: number): number =>
  Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
/** Processes of a guard's session: the guard, its watcher, the child. */
const sessionOf = async (guard: number): Promise<string[]> => {
  const ps = spawn('ps', ['-o', 'stat=,pid=', '-s', String(guard)]);
  const chunks: Buffer[] = await ps.stdout.toArray();
  const rows = Buffer.concat(chunks).toString().trim().split('\n');
  return rows.filter((row) => row !== '' && !row.trim().startsWith('Z'));
};

it('the child gets its arguments as they are, prints into the log, and its status comes through', async () => {
  const child = await spawnGuarded('sh', ['-c', 'echo "$1"; exit 7', 'sh', `a 'b' "$c"`], {
    logFile,
  });
  expect(await child.exited).toBe(7);
  expect(await readFile(logFile, 'utf8')).toBe(`a 'b' "$c"\n`);
});

it('a signal acts on the child itself, and nothing is left when it has ended', async () => {
  const child = await spawnGuarded('sleep', ['60'], { logFile });
  const guard = parentOf(child.pid);
  expect(await sessionOf(guard)).toHaveLength(3);
  child.kill('SIGKILL');
  expect(await child.exited).toBe(137);
  await vi.waitFor(async () => expect(await sessionOf(guard)).toEqual([]));
  expect(() => child.kill('SIGTERM')).not.toThrow();
});

it('stop is TERM, may be called again, and leaves nothing', async () => {
  const child = await spawnGuarded('sleep', ['60'], { logFile });
  const guard = parentOf(child.pid);
  await Promise.all([child.stop(), child.stop()]);
  expect(await child.exited).toBe(143);
  await vi.waitFor(async () => expect(await sessionOf(guard)).toEqual([]));
});

it('a command that does not exist ends with 127', async () => {
  const child = await spawnGuarded('no-such-command', [], { logFile });
  expect(await child.exited).toBe(127);
});

it('a folder that does not exist is an error', async () => {
  await expect(spawnGuarded('true', [], { logFile, cwd: '/no/such/folder' })).rejects.toMatchObject(
    {
      code: 'ERR_STACK_START',
    },
  );
});

describe('the child does not outlive its owner', () => {
  it.each([
    ['SIGKILL', 'sleep 60 & wait'],
    ['SIGINT', 'sleep 60 & wait'],
    // Needs the second step of the guard: KILL after the grace.
    ['SIGKILL', 'trap "" TERM; while :; do sleep 1; done'],
  ] as const)(
    'that ends by %s (%s)',
    async (signal, script) => {
      const code = `
        const { spawnGuarded } = await import(${JSON.stringify(new URL('./spawn-guarded.ts', import.meta.url).href)});
        const child = await spawnGuarded('sh', ['-c', process.argv[1]], { logFile: process.argv[2], graceMs: 500 });
        console.log(child.pid);
      `;
      const args = ['--input-type=module', '-e', code, script, logFile];
      // A process group of its own, signalled as a whole: as a terminal does by Ctrl-C.
      const owner = spawn(process.execPath, args, {
        detached: true,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [printed] = (await once(owner.stdout, 'data')) as [Buffer];
      const pid = Number(printed.toString());
      const guard = parentOf(pid);
      expect(identify(pid)).not.toBeNull();
      process.kill(-(owner.pid ?? 0), signal);
      await vi.waitFor(() => expect(identify(pid)).toBeNull(), 15_000);
      await vi.waitFor(async () => expect(await sessionOf(guard)).toEqual([]), 3_000);
    },
    20_000,
  );
});
