import type { Scheduler } from '../util/scheduler.ts';
import type { Job } from './job.ts';
import type { JobStore } from './job-store.ts';

/** Runs jobs: they do nothing for a while and end as planned. */
export interface JobRunner {
  start(job: Job, durationMs: number): void;
  /** False where the job has ended already. */
  cancel(job: Job): boolean;
}

export function createJobRunner(options: {
  readonly store: JobStore;
  readonly scheduler: Scheduler;
  readonly now: () => number;
  readonly onEnd: (job: Job) => void;
}): JobRunner {
  const end = (job: Job, state: Job['state']): boolean => {
    if (job.state !== 'running') return false;
    job.state = state;
    job.endedAt = options.now();
    // Its events are counted before the run may look done.
    options.onEnd(job);
    job.tally.jobEnded();
    return true;
  };
  return {
    start(job, durationMs) {
      options.store.add(job);
      job.tally.jobStarted(job.request.kind);
      if (durationMs === 0) end(job, job.outcome);
      else options.scheduler.after(durationMs, () => end(job, job.outcome));
    },
    cancel: (job) => end(job, 'cancelled'),
  };
}
