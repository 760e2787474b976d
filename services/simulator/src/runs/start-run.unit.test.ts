import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '../jobs/job.ts';
import { createScheduler, type Scheduler } from '../util/scheduler.ts';
import { NO_EXTRAS } from './extras.ts';
import type { PlannedJob } from './plan-run.ts';
import { type Run, RunRegistry } from './run-registry.ts';
import { jobsDue, startRun } from './start-run.ts';

describe('how many jobs are due', () => {
  const state = { ratePerSecond: 100, elapsedMs: 0, started: 0, total: 1_000, pending: 0 };

  it('follows the rate', () => {
    expect(jobsDue(state)).toBe(0);
    expect(jobsDue({ ...state, elapsedMs: 10 })).toBe(1);
    expect(jobsDue({ ...state, elapsedMs: 500, started: 20 })).toBe(30);
    expect(jobsDue({ ...state, elapsedMs: 500, started: 60 })).toBe(0);
  });

  it('is as many as a tick takes where there is no rate', () => {
    expect(jobsDue({ ...state, ratePerSecond: null })).toBe(200);
  });

  it('catches up by no more than a tick takes', () => {
    expect(jobsDue({ ...state, elapsedMs: 60_000 })).toBe(200);
  });

  it('never goes beyond what is left', () => {
    expect(jobsDue({ ...state, ratePerSecond: null, started: 990 })).toBe(10);
    expect(jobsDue({ ...state, elapsedMs: 60_000, started: 1_000 })).toBe(0);
  });

  it('holds jobs back while too much is under way', () => {
    expect(jobsDue({ ...state, ratePerSecond: null, pending: 3_950 })).toBe(50);
    expect(jobsDue({ ...state, ratePerSecond: null, pending: 5_000 })).toBe(0);
  });
});

describe('a run', () => {
  let jobs: Job[];
  let scheduler: Scheduler;
  let run: Run;

  const planned = (kind: PlannedJob['kind']): PlannedJob => ({
    kind,
    outcome: 'succeeded',
    durationMs: 5,
    extras: NO_EXTRAS,
  });
  const start = (plan: readonly PlannedJob[], ratePerSecond: number | null): void =>
    startRun(run, plan, {
      runner: {
        start: (job) => {
          job.tally.jobStarted(job.request.kind);
          jobs.push(job);
        },
        cancel: () => false,
      },
      scheduler,
      now: Date.now,
      prefix: 'p-',
      ratePerSecond,
      outputBytes: 100,
    });

  beforeEach(() => {
    vi.useFakeTimers();
    jobs = [];
    scheduler = createScheduler();
    run = new RunRegistry(1).add(1);
  });
  afterEach(() => {
    scheduler.close();
    vi.useRealTimers();
  });

  it('starts its jobs in the order of the plan, at its rate, and no more', () => {
    start(
      Array.from({ length: 30 }, (_, index) => planned(index % 2 === 0 ? 'video' : 'interaction')),
      20,
    );
    vi.advanceTimersByTime(1_000);
    expect(jobs).toHaveLength(20);
    vi.advanceTimersByTime(10_000);
    expect(jobs).toHaveLength(30);
    expect(jobs.map(({ request }) => request.kind).slice(0, 3)).toEqual([
      'video',
      'interaction',
      'video',
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is done only when all jobs were started and have ended', () => {
    start([planned('video'), planned('batch')], 1);
    vi.advanceTimersByTime(1_000);
    for (const job of jobs) job.tally.jobEnded();
    expect(run.tally.snapshot()).toMatchObject({ done: false, pending: 0 });
    vi.advanceTimersByTime(1_000);
    expect(run.tally.snapshot()).toMatchObject({ done: false, pending: 1 });
    jobs[1]?.tally.jobEnded();
    expect(run.tally.snapshot()).toMatchObject({ done: true, jobs: { batch: 1, video: 1 } });
  });

  it('is done at once where it has no jobs', () => {
    start([], null);
    expect(run.tally.snapshot()).toMatchObject({ done: true, events: 0 });
  });

  it('names its jobs after itself, and gives every second batch its input in a file', () => {
    start(
      Array.from({ length: 4 }, () => planned('batch')),
      null,
    );
    for (const { name } of jobs) expect(name.startsWith(`batches/p-${run.id}-`)).toBe(true);
    expect(
      jobs.map(({ request }) => request.kind === 'batch' && request.inputFile !== null),
    ).toEqual([true, false, true, false]);
  });
});
