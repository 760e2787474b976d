import { describe, expect, it } from 'vitest';
import { createFaults } from './faults.ts';

describe('faults that were asked for', () => {
  it('answer the first calls that match, and no more', () => {
    const faults = createFaults();
    faults.set({ cuts: null, answers: [{ path: 'batches/b1', status: 429, times: 2 }] });
    const asked = ['/v1/batches/b2', '/v1/batches/b1', '/v1/batches/b1', '/v1/batches/b1'];
    expect(asked.map((path) => faults.answerFor(path)?.status)).toEqual([
      undefined,
      429,
      429,
      undefined,
    ]);
    expect(faults.left().answers).toEqual([]);
  });

  it('cut the downloads of each file so many times', () => {
    const faults = createFaults();
    faults.set({ cuts: { everyBytes: 7, times: 2 }, answers: [] });
    const files = ['files/a', 'files/b', 'files/a', 'files/a', 'files/b', 'files/b'];
    expect(files.map((file) => faults.cutOf(file))).toEqual([7, 7, 7, null, 7, null]);
  });
});
