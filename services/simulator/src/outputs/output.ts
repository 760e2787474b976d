import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Job } from '../jobs/job.ts';
import { batchOutput } from './batch-output.ts';
import type { Output } from './output-type.ts';
import { videoOutput } from './video-output.ts';

const CHUNKS_AT_ONCE = 32;

export function outputOf(job: Job): Output {
  return job.request.kind === 'batch' ? batchOutput(job) : videoOutput(job);
}

/** SHA-256 over the whole file, base64; other work gets its turn in between. */
export async function sha256Of(output: Output): Promise<string> {
  const hash = createHash('sha256');
  let count = 0;
  for (const chunk of output.chunks(0, output.size)) {
    hash.update(chunk);
    count += 1;
    if (count % CHUNKS_AT_ONCE === 0) await setImmediate();
  }
  return hash.digest('base64');
}
