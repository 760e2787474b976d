import { afterEach, expect, it, vi } from 'vitest';
import { followFile } from './follow-file.ts';

afterEach(() => vi.useRealTimers());

it('a file is looked at every two seconds, at once on SIGHUP, and not after the end', () => {
  vi.useFakeTimers();
  const before = process.listenerCount('SIGHUP');
  let looks = 0;
  const stop = followFile(() => (looks += 1));
  vi.advanceTimersByTime(5_999);
  expect(looks).toBe(2);
  process.emit('SIGHUP', 'SIGHUP');
  expect(looks).toBe(3);
  stop();
  vi.advanceTimersByTime(10_000);
  expect([looks, process.listenerCount('SIGHUP')]).toEqual([3, before]);
});
