import { BridgeError } from '@gemini-events/events';
import { describe, expect, it } from 'vitest';
import type { Attempt, StepOptions } from '../definition/run-context.ts';
import { createMemoryJournal } from '../testing/fake-run.ts';
import { runAttempts, waitAfter } from './run-attempts.ts';

const PLACE = { runId: 'run-1', step: 3, name: 'look', instance: 'test' };

function makeStep(options: StepOptions = {}) {
  const { journal, rows } = createMemoryJournal();
  const over = new AbortController();
  return {
    over,
    journal,
    states: () => rows.map(({ state }) => state),
    codes: () => rows.map(({ code }) => code),
    run: <Result>(work: (attempt: Attempt) => Promise<Result>, more: StepOptions = {}) =>
      runAttempts(
        PLACE,
        work,
        { attempts: 3, waitMs: 1, ...options, ...more },
        { journal, signal: over.signal },
      ),
  };
}

const fails = async (): Promise<never> => {
  throw new Error('broken');
};

describe('a step', () => {
  it('gives what its work gives, and is written down', async () => {
    const step = makeStep();
    expect(await step.run(async ({ number }) => number)).toBe(1);
    expect(step.states()).toEqual(['done']);
  });

  it('is tried until it succeeds', async () => {
    const step = makeStep();
    const numbers: number[] = [];
    const result = await step.run(async ({ number }) => {
      numbers.push(number);
      if (number < 3) throw new Error('not yet');
      return 'x';
    });
    expect([result, numbers]).toEqual(['x', [1, 2, 3]]);
    expect(step.states()).toEqual(['failed', 'failed', 'done']);
  });

  it('fails with its last error when it was tried as often as it may be', async () => {
    const step = makeStep();
    await expect(step.run(fails)).rejects.toThrow('broken');
    expect(step.states()).toEqual(['failed', 'failed', 'failed']);
  });

  it('goes on counting where a process ended between two attempts', async () => {
    const step = makeStep();
    await step.journal.begin({ ...PLACE, input: null });
    await step.journal.failed('run-1', PLACE.step, 1, { code: 'ERR_UNEXPECTED', message: 'x' });
    const numbers: number[] = [];
    const counted = ({ number }: Attempt): Promise<never> => {
      numbers.push(number);
      return fails();
    };
    await expect(step.run(counted)).rejects.toThrow('broken');
    expect(numbers).toEqual([2, 3]);
  });

  it('is not tried again where that makes no sense', async () => {
    const step = makeStep({ isRetried: (error) => (error as Error).message !== 'broken' });
    await expect(step.run(fails)).rejects.toThrow('broken');
    expect(step.states()).toEqual(['failed']);
  });

  it('that takes too long has failed, and its work is told', async () => {
    const step = makeStep({ timeoutMs: 10, attempts: 1 });
    let told: AbortSignal | null = null;
    const hangs = ({ signal }: Attempt): Promise<void> => {
      told = signal;
      return new Promise(() => undefined);
    };
    await expect(step.run(hangs)).rejects.toMatchObject({ code: 'ERR_STEP_TIMEOUT' });
    expect(told).toMatchObject({ aborted: true });
    expect(step.codes()).toEqual(['ERR_STEP_TIMEOUT']);
  });

  it('that ended ten processes is taken to be what ends them', async () => {
    const step = makeStep();
    for (let cut = 0; cut < 9; cut += 1) await step.journal.begin({ ...PLACE, input: null });
    let calls = 0;
    const work = async (): Promise<number> => {
      calls += 1;
      return calls;
    };
    expect(await step.run(work)).toBe(1);
    const other = makeStep();
    for (let cut = 0; cut < 10; cut += 1) await other.journal.begin({ ...PLACE, input: null });
    await expect(other.run(work)).rejects.toMatchObject({ code: 'ERR_STEP_CRASHED' });
    expect(calls).toBe(1);
    expect(other.states().filter((state) => state === 'failed')).toHaveLength(1);
  });

  it('that is cut off by the end of the process says nothing of itself', async () => {
    const step = makeStep();
    const hangs = step.run(() => new Promise<never>(() => undefined));
    setImmediate(() => step.over.abort());
    await expect(hangs).rejects.toThrow('aborted');
    expect(step.states()).toEqual(['running']);
  });

  it('that waits for its next attempt does not hold the end of the process up', async () => {
    const step = makeStep({ waitMs: 60_000 });
    const endWhenFailed = (): void => {
      if (step.states()[0] === 'failed') step.over.abort();
      else setImmediate(endWhenFailed);
    };
    setImmediate(endWhenFailed);
    await expect(step.run(fails)).rejects.toThrow('aborted');
    expect(step.states()).toEqual(['failed']);
  });

  it('keeps the code of an error of ours, without secrets in its text', async () => {
    const step = makeStep({ attempts: 1 });
    const work = async (): Promise<never> => {
      throw new BridgeError('ERR_GEMINI_QUOTA', 'full');
    };
    await expect(step.run(work)).rejects.toMatchObject({ code: 'ERR_GEMINI_QUOTA' });
    expect(step.codes()).toEqual(['ERR_GEMINI_QUOTA']);
  });
});

it.each([
  [1, {}, 1_000],
  [2, {}, 2_000],
  [4, {}, 8_000],
  [30, {}, 60_000],
  [3, { waitMs: 10 }, 40],
  [3, { waitMs: 10, longestWaitMs: 25 }, 25],
])('after %i failures with %j a step waits %i ms', (failures, options, waitMs) => {
  expect(waitAfter(failures, options)).toBe(waitMs);
});
