import { describe, expect, it } from 'vitest';
import { createFaults } from './faults.ts';

describe('faults that were asked for', () => {
  it('answer the first calls that match, and no more', () => {
    const faults = createFaults();
    const answers = [{ path: 'batches/b1', status: 429, times: 2 } as const];
    faults.set({ cuts: null, answers, creates: [] });
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
    faults.set({ cuts: { everyBytes: 7, times: 2 }, answers: [], creates: [] });
    const files = ['files/a', 'files/b', 'files/a', 'files/a', 'files/b', 'files/b'];
    expect(files.map((file) => faults.cutOf(file))).toEqual([7, 7, 7, null, 7, null]);
  });

  it('of creates go by method and by the begin of the path, version or not', () => {
    const faults = createFaults();
    const fault = (pathPrefix: string, times: number) =>
      ({ method: 'POST', pathPrefix, outcome: 'made_503', delayMs: 0, times }) as const;
    const creates = [fault('/v1/interactions', 1), fault('/models/', 2)];
    faults.set({ cuts: null, answers: [], creates });
    const asked: [string, string][] = [
      ['GET', '/v1/interactions'],
      ['POST', '/v1beta/interactions'],
      ['POST', '/v1/interactions'],
      ['POST', '/v1/interactions'],
      ['POST', '/v1beta/models/m:batchGenerateContent'],
      ['POST', '/v1/batches/models/b1:cancel'],
    ];
    expect(asked.map((call) => faults.createFaultFor(...call)?.pathPrefix)).toEqual([
      undefined,
      undefined,
      '/v1/interactions',
      undefined,
      '/models/',
      undefined,
    ]);
    expect(faults.left().creates).toEqual([fault('/models/', 1)]);
  });
});
