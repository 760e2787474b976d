import { expect, it } from 'vitest';
import { createPauseGate } from './pause-gate.ts';

const never = new AbortController().signal;

async function isOpen(passed: Promise<void>): Promise<boolean> {
  let isThrough = false;
  void passed.then(() => {
    isThrough = true;
  });
  // A turn of the event loop: every promise that can be settled is.
  await new Promise(setImmediate);
  return isThrough;
}

it('lets nothing of a paused partition begin until it is resumed', async () => {
  const gate = createPauseGate();
  expect(await isOpen(gate.passed(3, never))).toBe(true);
  gate.set(new Set([3]));
  expect([gate.isPaused(3), gate.isPaused(4)]).toEqual([true, false]);
  const waiting = gate.passed(3, never);
  expect(await isOpen(gate.passed(4, never))).toBe(true);
  gate.set('all');
  expect(await isOpen(waiting)).toBe(false);
  gate.set(new Set([4]));
  expect(await isOpen(waiting)).toBe(true);
});

it('holds up no drain', async () => {
  const gate = createPauseGate();
  gate.set('all');
  const drain = new AbortController();
  const waiting = gate.passed(0, drain.signal);
  drain.signal.addEventListener('abort', () => gate.wake(), { once: true });
  expect(await isOpen(waiting)).toBe(false);
  drain.abort();
  expect(await isOpen(waiting)).toBe(true);
});
