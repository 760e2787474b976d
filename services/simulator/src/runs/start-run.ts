import type { JobRequest } from '../jobs/job.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { JobKind } from '../jobs/kinds.ts';
import { launch } from '../jobs/launch.ts';
import type { Scheduler } from '../util/scheduler.ts';
import type { PlannedJob } from './plan-run.ts';
import type { Run } from './run-registry.ts';

const TICK_MS = 10;
const JOBS_PER_TICK = 200;
/** Jobs are held back while so much is under way: memory stays small however slow the receiver is. */
const MAX_PENDING = 4_000;

const MODELS: Readonly<Record<JobKind, string>> = {
  batch: 'models/gemini-3.8-flash',
  interaction: 'gemini-3.8-flash',
  video: 'models/veo-3.1-generate-preview',
};

/** How many jobs to start now; null asks for as many as can be. */
export function jobsDue(state: {
  readonly ratePerSecond: number | null;
  readonly elapsedMs: number;
  readonly started: number;
  readonly total: number;
  readonly pending: number;
}): number {
  const { ratePerSecond, elapsedMs, started, total, pending } = state;
  const byRate =
    ratePerSecond === null
      ? JOBS_PER_TICK
      : Math.ceil((elapsedMs * ratePerSecond) / 1_000) - started;
  return Math.max(0, Math.min(byRate, JOBS_PER_TICK, total - started, MAX_PENDING - pending));
}

/** Starts the planned jobs of a run one after the other, at the rate that was asked for. */
export function startRun(
  run: Run,
  plan: readonly PlannedJob[],
  options: {
    readonly runner: JobRunner;
    readonly scheduler: Scheduler;
    readonly now: () => number;
    readonly prefix: string;
    readonly ratePerSecond: number | null;
    readonly outputBytes: number;
  },
): void {
  const { runner, scheduler, now, ratePerSecond, outputBytes } = options;
  const { tally } = run;
  const base = options.prefix + run.id;
  const beganAt = now();
  let started = 0;
  const tick = (): void => {
    const elapsedMs = now() - beganAt;
    const state = { ratePerSecond, elapsedMs, started, total: plan.length, pending: tally.pending };
    for (const planned of plan.slice(started, started + jobsDue(state))) {
      const model = MODELS[planned.kind];
      const request = requestOf(planned.kind, started, run.id);
      launch(
        { plan: planned, request, model, outputBytes, tally, place: { base, index: started } },
        runner,
        now(),
      );
      started += 1;
    }
    if (started === plan.length) tally.allStarted();
    else scheduler.after(TICK_MS, tick);
  };
  tick();
}

const INLINE_ROWS = ['k1', 'k2', 'k3'].map((key) => ({ key, answer: null }));

/** Every second batch has its input in a file, so both kinds of output appear. */
function requestOf(kind: JobKind, index: number, runId: string): JobRequest {
  switch (kind) {
    case 'batch': {
      const inputFile = index % 2 === 0 ? `files/input-${runId}` : null;
      return {
        kind,
        displayName: runId,
        inputFile,
        rows: inputFile === null ? INLINE_ROWS : null,
      };
    }
    case 'interaction':
      return {
        kind,
        target: { model: MODELS.interaction },
        previousId: null,
        labels: null,
        wantsVideo: false,
        calls: [{ name: 'get_order', arguments: {} }],
        answer: null,
        script: null,
        isForeground: false,
        answersCall: false,
      };
    case 'video':
      return { kind };
  }
}
