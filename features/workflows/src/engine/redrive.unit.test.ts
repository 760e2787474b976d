import { describe, expect, it } from 'vitest';
import type { Run, RunEnd, RunState } from '../store/run.ts';
import { cancelRun, firstToRepeat, type RunMover, redriveRun } from './redrive.ts';

const step = (functionID: number, name: string, error: Error | null = null) => ({
  functionID,
  name,
  output: null as unknown,
  error,
});
/** The end of a run, and the step that it failed by. */
const bury = (functionID: number, failed: number | null) => ({
  ...step(functionID, 'bury'),
  output: failed,
});
const broken = new Error('broken');

/** A run in a state, and what is done with it. */
function makeRun(state: RunState | null, steps: readonly ReturnType<typeof step>[] = []) {
  const done: string[] = [];
  /** What the engine says of it before it has ended there. */
  const statuses: string[] = [];
  const mover: RunMover = {
    statusOf: async () => statuses.shift() ?? 'ERROR',
    listWorkflowSteps: async () => steps,
    rewindWorkflow: async (_, { startStep }) => done.push(`rewind to ${startStep}`),
    resumeWorkflow: async () => done.push('resume'),
    cancelWorkflow: async () => void done.push('cancel'),
  };
  let isOpen = true;
  const runs = {
    find: async () => (state === null ? null : ({ id: 'r1', state } as Run)),
    async reopen() {
      if (!isOpen) return false;
      done.push('reopen');
      return true;
    },
    end: async (_: string, { state: end }: RunEnd) => void done.push(`end ${end}`),
  };
  return {
    done,
    takenBySomebodyElse: () => {
      isOpen = false;
    },
    statuses,
    redrive: () => redriveRun(mover, runs, 'r1'),
    cancel: () => cancelRun(mover, runs, 'r1'),
  };
}

describe('a redrive', () => {
  it('begins a failed run again from the step that failed', async () => {
    const run = makeRun('failed', [step(0, 'a'), step(1, 'b', broken), bury(2, 1)]);
    await run.redrive();
    expect(run.done).toEqual(['reopen', 'rewind to 1']);
  });

  it('lets a cancelled run go on where it was', async () => {
    const run = makeRun('cancelled', [step(0, 'a')]);
    await run.redrive();
    expect(run.done).toEqual(['reopen', 'resume']);
  });

  it.each<[RunState | null, string]>([
    [null, 'ERR_RUN_UNKNOWN'],
    ['running', 'ERR_RUN_STATE'],
    ['waiting', 'ERR_RUN_STATE'],
    ['done', 'ERR_RUN_STATE'],
  ])('does nothing with a run that is %s', async (state, code) => {
    const run = makeRun(state);
    await expect(run.redrive()).rejects.toMatchObject({ code });
    expect(run.done).toEqual([]);
  });

  it('of two at once is one', async () => {
    const run = makeRun('failed');
    run.takenBySomebodyElse();
    await expect(run.redrive()).rejects.toMatchObject({ code: 'ERR_RUN_STATE' });
    expect(run.done).toEqual([]);
  });

  it('waits until a run has ended at the engine too', async () => {
    const run = makeRun('failed', [step(0, 'a', broken), bury(1, 0)]);
    run.statuses.push('PENDING', 'PENDING');
    await run.redrive();
    expect(run.statuses).toEqual([]);
    expect(run.done).toEqual(['reopen', 'rewind to 0']);
  });
});

describe('the step that a redrive begins with', () => {
  it.each<[string, readonly ReturnType<typeof step>[], number]>([
    [
      'is the one that made the run fail, not others that were dealt with',
      [step(0, 'a', broken), step(1, 'b', broken), step(2, 'c', broken), bury(3, 1)],
      1,
    ],
    [
      'is none where the workflow itself threw: only its code is called again',
      [step(0, 'a', broken), step(1, 'b'), bury(2, null)],
      2,
    ],
    ['failed right before, where the workflow threw', [step(0, 'a', broken), bury(1, null)], 0],
    ['is the one after the last where the run was given up', [step(0, 'a'), step(1, 'b')], 2],
    ['is the first one where there is none', [], 0],
  ])('%s', (_, steps, first) => {
    expect(firstToRepeat(steps)).toBe(first);
  });
});

describe('to cancel', () => {
  it.each<RunState>(['running', 'waiting'])('ends a run that is %s', async (state) => {
    const run = makeRun(state);
    await run.cancel();
    expect(run.done).toEqual(['cancel', 'end cancelled']);
  });

  it.each<[RunState | null, string]>([
    [null, 'ERR_RUN_UNKNOWN'],
    ['done', 'ERR_RUN_STATE'],
    ['failed', 'ERR_RUN_STATE'],
    ['cancelled', 'ERR_RUN_STATE'],
  ])('does nothing with a run that is %s', async (state, code) => {
    const run = makeRun(state);
    await expect(run.cancel()).rejects.toMatchObject({ code });
    expect(run.done).toEqual([]);
  });
});
