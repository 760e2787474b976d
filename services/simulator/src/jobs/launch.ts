import type { PlannedJob } from '../runs/plan-run.ts';
import type { Tally } from '../runs/tally.ts';
import { batchId, jobId, randomId } from '../util/ids.ts';
import type { DynamicWebhook, Job, JobRequest } from './job.ts';
import type { JobRunner } from './job-runner.ts';

export interface JobOrder {
  readonly plan: PlannedJob;
  readonly request: JobRequest;
  readonly model: string;
  readonly outputBytes: number;
  readonly tally: Tally;
  readonly webhook?: DynamicWebhook | null;
  /** Names the job after its run; without it the name is random. */
  readonly place?: { readonly base: string; readonly index: number };
}

/** Makes a job and sets it going. */
export function launch(order: JobOrder, runner: JobRunner, nowMs: number): Job {
  const job: Job = {
    name: nameOf(order),
    model: order.model,
    request: order.request,
    outcome: order.plan.outcome,
    createdAt: nowMs,
    outputBytes: order.outputBytes,
    webhook: order.webhook ?? null,
    extras: order.plan.extras,
    tally: order.tally,
    state: 'running',
    endedAt: null,
  };
  runner.start(job, order.plan.durationMs);
  return job;
}

function nameOf({ request, model, place }: JobOrder): string {
  if (request.kind === 'batch') return `batches/${batchId(place?.base ?? null, place?.index ?? 0)}`;
  const id = place === undefined ? randomId(24) : jobId(place.base, place.index);
  return request.kind === 'interaction' ? `v1_${id}` : `${model}/operations/${id}`;
}
