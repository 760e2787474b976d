import { type Job, outputFile } from '../jobs/job.ts';
import { jobError } from '../jobs/job-error.ts';
import { filler } from '../outputs/batch-output.ts';
import { inlineBytes } from '../outputs/inline-bytes.ts';

const STATUSES = {
  running: 'in_progress',
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  requires_action: 'requires_action',
  expired: 'failed',
  filtered: 'failed',
} as const;

/** The interaction as the revision of 2026-05-20 has it: `steps`, no `outputs`. */
export function renderInteraction(job: Job, origin: string): object {
  const request = job.request.kind === 'interaction' ? job.request : null;
  const steps = renderSteps(job, origin);
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
    ...(steps.length === 0 ? {} : { steps, usage: renderUsage(job) }),
    ...(job.state === 'failed' ? { errors: [errorOf(job)] } : {}),
  };
}

function errorOf(job: Job): object {
  const { status, message } = jobError(job);
  return { code: status, message };
}

function renderSteps(job: Job, origin: string): object[] {
  if (job.state === 'requires_action') {
    const name = job.request.kind === 'interaction' ? job.request.functionName : '';
    return [
      { type: 'thought', signature: 'c2ltdWxhdGVk' },
      {
        type: 'function_call',
        id: `fc_${job.name}`,
        name,
        arguments: {},
        signature: 'c2ltdWxhdGVk',
      },
    ];
  }
  if (job.state !== 'succeeded') return [];
  const file = outputFile(job);
  const content =
    file === null
      ? answerOf(job)
      : {
          type: 'video',
          mime_type: 'video/mp4',
          uri: `${origin}/v1beta/${file}:download?alt=media`,
        };
  const search = { id: `gs_${job.name}`, signature: 'c2ltdWxhdGVk' };
  return [
    { type: 'thought', signature: 'c2ltdWxhdGVk' },
    { type: 'google_search_call', ...search, arguments: { queries: [job.name] } },
    { type: 'google_search_result', call_id: search.id, result: [] },
    { type: 'model_output', content: [content] },
  ];
}

/** Text that cites what it rests on, by byte offsets. */
function answerOf(job: Job): object {
  const text = filler(`Answer of ${job.name}.`, inlineBytes(job));
  const citation = {
    type: 'url_citation',
    url: 'https://example.org/source',
    title: 'A source',
    start_index: 0,
    end_index: Math.min(text.length, 6),
  };
  return { type: 'text', text, annotations: [citation] };
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
