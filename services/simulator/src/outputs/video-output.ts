import { createHash } from 'node:crypto';
import type { Job } from '../jobs/job.ts';
import type { Output } from './output-type.ts';

const BLOCK_BYTES = 64 * 1024;

/** No real video: one block of bytes made from the job's name, over and over. */
export function videoOutput(job: Job): Output {
  return {
    mimeType: 'video/mp4',
    size: job.outputBytes,
    *chunks(start, end) {
      if (start >= end) return;
      const block = blockOf(job.name, Math.min(BLOCK_BYTES, job.outputBytes));
      for (let at = start; at < end; ) {
        const from = at % BLOCK_BYTES;
        const chunk = block.subarray(from, Math.min(block.length, from + end - at));
        yield chunk;
        at += chunk.length;
      }
    },
  };
}

function blockOf(seed: string, bytes: number): Buffer {
  const digest = createHash('sha256').update(seed).digest();
  return Buffer.alloc(bytes, digest);
}
