import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { identify, isAlive, parseStat } from './identity.ts';

it('a process name with spaces and brackets does not shift the fields', () => {
  const fields = Array.from({ length: 40 }, (_, index) => String(index + 3));
  fields[0] = 'S';
  expect(parseStat(`77 (a) b (c) ${fields.join(' ')}`)).toEqual({ state: 'S', startedAt: '22' });
});

it('this process is alive, and not under another start time', () => {
  const self = identify(process.pid);
  expect(self?.startedAt).not.toBe('');
  expect(self !== null && isAlive(self)).toBe(true);
  expect(isAlive({ pid: process.pid, startedAt: '1' })).toBe(false);
});

it('without /proc the start time comes from ps', () => {
  const self = identify(process.pid, 'darwin');
  expect(self?.startedAt).toMatch(/\d\d:\d\d:\d\d/);
});

it('an ended process has no identity', async () => {
  const child = spawn('true');
  await once(child, 'exit');
  expect(identify(child.pid ?? 0)).toBeNull();
});
