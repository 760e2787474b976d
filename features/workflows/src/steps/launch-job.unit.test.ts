import { BridgeError } from '@gemini-events/events';
import { createMemoryLaunches } from '@gemini-events/launches';
import { createLauncher, fixedBudget, type LaunchOrder } from '@gemini-events/launches/launcher';
import { describe, expect, it } from 'vitest';
import { createFakeRun } from '../testing/fake-run.ts';
import { launchJob } from './launch-job.ts';

const ORDER: LaunchOrder = {
  key: 'run-1/summary',
  runId: 'run-1',
  request: { kind: 'interaction', model: 'gemini-3.8-flash', input: 'x' },
};

/** A launcher over a Gemini API that gives these answers, and makes the job after the last one. */
function makeBench(answers: ('ERR_GEMINI_PERMISSION' | 'ERR_GEMINI_QUOTA')[]) {
  const launches = createMemoryLaunches({ now: () => 0 });
  let calls = 0;
  const launcher = createLauncher({
    gemini: {
      async createInteraction() {
        calls += 1;
        const code = answers.shift();
        return code === undefined
          ? { kind: 'created', id: 'int_1' }
          : { kind: 'refused', error: new BridgeError(code, 'not now') };
      },
    } as never,
    launches,
    guard: fixedBudget({ usualUsd: 1, mostUsd: 1 }),
    announce: async () => undefined,
    caller: 'test',
  });
  const { run, rows } = createFakeRun({
    launches,
    launch: (order) => launcher.launch(order, new AbortController().signal),
  });
  return { run, rows, calls: () => calls };
}

describe('a call that costs money', () => {
  it('is made once, however often it is asked for', async () => {
    const { run, calls } = makeBench([]);
    expect(await launchJob(run, 'summary', ORDER)).toBe('int_1');
    expect(await launchJob(run, 'summary', ORDER)).toBe('int_1');
    expect(calls()).toBe(1);
  });

  it('is made again where a quota was reached', async () => {
    const { run, calls, rows } = makeBench(['ERR_GEMINI_QUOTA']);
    expect(await launchJob(run, 'summary', ORDER)).toBe('int_1');
    expect([calls(), rows.map(({ state }) => state)]).toEqual([2, ['failed', 'done']]);
  });

  it('fails at once where it is refused for good', async () => {
    const { run, calls } = makeBench(['ERR_GEMINI_PERMISSION']);
    await expect(launchJob(run, 'summary', ORDER)).rejects.toMatchObject({
      code: 'ERR_GEMINI_PERMISSION',
    });
    expect(calls()).toBe(1);
  });

  it('is made by the redrive of a run whose call was refused, as somebody has mended the cause', async () => {
    const { run, calls } = makeBench(['ERR_GEMINI_PERMISSION', 'ERR_GEMINI_PERMISSION']);
    await expect(launchJob(run, 'summary', ORDER)).rejects.toThrow('not now');
    await expect(launchJob(run, 'summary', ORDER)).rejects.toThrow('not now');
    expect(await launchJob(run, 'summary', ORDER)).toBe('int_1');
    expect(calls()).toBe(3);
  });
});
