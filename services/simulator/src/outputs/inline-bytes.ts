import type { Job } from '../jobs/job.ts';

/** Gemini puts larger results into files: an answer is built in memory, also here. */
const MAX_INLINE_BYTES = 4 * 1024 ** 2;

/** How long a result is that stands in the resource itself. */
export function inlineBytes(job: Job): number {
  return Math.min(job.outputBytes, MAX_INLINE_BYTES);
}
