import type { Job } from '@gemini-events/schemas';
import type { Launch } from '../store/launches.ts';

/** A launch as the topic of jobs has it. */
export function jobRecord(launch: Launch, resourceId: string): Job {
  const { kind, key, model, owner, labels, route, budgetUsd, previousId, runId, begunAt } = launch;
  return {
    resource_id: resourceId,
    kind,
    key,
    model,
    owner,
    labels,
    route,
    budget_usd: budgetUsd,
    previous_id: previousId,
    run_id: runId,
    launched_at: begunAt,
  };
}
