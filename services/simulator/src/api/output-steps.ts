import { type Job, outputFile } from '../jobs/job.ts';
import { pendingCalls } from '../jobs/pending-calls.ts';
import { filler } from '../outputs/batch-row.ts';
import { inlineBytes } from '../outputs/inline-bytes.ts';

const SIGNATURE = 'c2ltdWxhdGVk';
const THOUGHT = { type: 'thought', signature: SIGNATURE };

/** What an interaction has done; nothing while it runs, or where it failed. */
export function outputSteps(job: Job, origin: string): object[] {
  switch (job.state) {
    case 'requires_action':
      return [
        THOUGHT,
        ...pendingCalls(job).map((call) => ({
          type: 'function_call',
          ...call,
          signature: SIGNATURE,
        })),
      ];
    case 'incomplete':
    case 'budget_exceeded':
      return [THOUGHT, modelOutput({ type: 'text', text: 'An answer that is cut off' })];
    case 'succeeded':
      return answerSteps(job, origin);
    case 'running':
    case 'failed':
    case 'cancelled':
    case 'expired':
    case 'filtered':
      return [];
  }
}

function answerSteps(job: Job, origin: string): object[] {
  const answer = job.request.kind === 'interaction' ? job.request.answer : null;
  const file = outputFile(job);
  if (answer !== null && file === null) {
    return [THOUGHT, modelOutput({ type: 'text', text: answer })];
  }
  const uri = `${origin}/v1beta/${file ?? ''}:download?alt=media`;
  const content =
    file === null ? madeUpAnswer(job) : { type: 'video', mime_type: 'video/mp4', uri };
  const search = { id: `gs_${job.name}`, signature: SIGNATURE };
  return [
    THOUGHT,
    { type: 'google_search_call', ...search, arguments: { queries: [job.name] } },
    { type: 'google_search_result', call_id: search.id, result: [] },
    modelOutput(content),
  ];
}

function modelOutput(content: object): object {
  return { type: 'model_output', content: [content] };
}

/** Text that cites what it rests on, by byte offsets. */
function madeUpAnswer(job: Job): object {
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
