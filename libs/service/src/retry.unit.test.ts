import { expect, it } from 'vitest';
import { untilSuccess } from './retry.ts';

it('an attempt is repeated until it succeeds, with growing waits', async () => {
  const waits: number[] = [];
  let attempts = 0;
  const result = await untilSuccess(
    async () => {
      attempts += 1;
      if (attempts < 4) throw new Error('not yet');
      return 'done';
    },
    {
      signal: new AbortController().signal,
      firstWaitMs: 4,
      maxWaitMs: 8,
      onFailure: (_, ms) => waits.push(ms),
    },
  );
  expect(result).toBe('done');
  expect(waits).toHaveLength(3);
  expect(Math.max(...waits)).toBeLessThanOrEqual(8);
});

it('a final error is not repeated, and an abort ends the waiting', async () => {
  const { signal } = new AbortController();
  const fail = async () => {
    throw new Error('for good');
  };
  await expect(untilSuccess(fail, { signal, isFinal: () => true })).rejects.toThrow('for good');
  const ending = new AbortController();
  const waiting = untilSuccess(fail, {
    signal: ending.signal,
    firstWaitMs: 60_000,
    onFailure: () => ending.abort(),
  });
  await expect(waiting).rejects.toThrow('aborted');
});
