import type { Job } from '../jobs/job.ts';
import { jobError } from '../jobs/job-error.ts';
import { inlineBytes } from '../outputs/inline-bytes.ts';
import { outputSteps } from './output-steps.ts';

const STATUSES = {
  running: 'in_progress',
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  requires_action: 'requires_action',
  expired: 'failed',
  filtered: 'failed',
  incomplete: 'incomplete',
  budget_exceeded: 'budget_exceeded',
} as const;

/**
 * The interaction as the revision of 2026-05-20 has it: `steps`, no `outputs`.
 * @param input steps of its input, which come first; the live API leaves them out unless it is asked
 */
export function renderInteraction(job: Job, origin: string, input: readonly object[]): object {
  const request = job.request.kind === 'interaction' ? job.request : null;
  const output = outputSteps(job, origin);
  const steps = [...input, ...output];
  return {
    id: job.name,
    object: 'interaction',
    ...request?.target,
    status: STATUSES[job.state],
    created: new Date(job.createdAt).toISOString(),
    updated: new Date(job.endedAt ?? job.createdAt).toISOString(),
    service_tier: 'standard',
    ...(request?.previousId == null ? {} : { previous_interaction_id: request.previousId }),
    ...(request?.labels == null ? {} : { labels: request.labels }),
    ...(steps.length === 0 ? {} : { steps }),
    ...(output.length === 0 ? {} : { usage: renderUsage(job) }),
    ...(job.state === 'failed' ? { errors: [errorOf(job)] } : {}),
  };
}

function errorOf(job: Job): object {
  const { status, message } = jobError(job);
  return { code: status, message };
}

function renderUsage(job: Job): object {
  const output = Math.ceil(inlineBytes(job) / 4);
  return {
    total_input_tokens: 120,
    total_output_tokens: output,
    total_thought_tokens: 40,
    total_cached_tokens: 20,
    grounding_tool_count: [{ type: 'google_search', count: 1 }],
    total_tokens: 160 + output,
    input_tokens_by_modality: [{ modality: 'text', tokens: 120 }],
  };
}
