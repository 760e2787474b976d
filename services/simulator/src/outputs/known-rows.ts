import type { InputRow, Job } from '../jobs/job.ts';
import { batchRow, filler, isFailing } from './batch-row.ts';
import { inlineBytes } from './inline-bytes.ts';
import type { Output } from './output-type.ts';

const CHUNK_BYTES = 64 * 1024;

/** The rows of a batch whose requests are known, each with the key of its request, in their order. */
export function* knownRows(
  job: Job,
  rows: readonly InputRow[],
): Generator<{ readonly key: string | null; readonly row: object }> {
  const length = Math.ceil(inlineBytes(job) / Math.max(1, rows.length));
  for (const [index, { key, answer }] of rows.entries()) {
    const text = answer ?? filler(`row ${index + 1} of ${job.name}`, length);
    yield { key, row: batchRow(job, text, isFailing(index, answer)) };
  }
}

/** The JSONL file of a batch over an uploaded file: one line for each of its requests. */
export function knownRowsOutput(job: Job, rows: readonly InputRow[]): Output {
  let size = 0;
  for (const line of lines(job, rows)) size += line.length;
  return {
    mimeType: 'application/jsonl',
    size,
    *chunks(start, end) {
      let at = 0;
      let held: Buffer[] = [];
      let heldBytes = 0;
      for (const line of lines(job, rows)) {
        if (at >= end) break;
        const piece = line.subarray(Math.max(0, start - at), Math.max(0, end - at));
        at += line.length;
        if (piece.length === 0) continue;
        held.push(piece);
        heldBytes += piece.length;
        if (heldBytes < CHUNK_BYTES) continue;
        yield Buffer.concat(held);
        held = [];
        heldBytes = 0;
      }
      if (heldBytes > 0) yield Buffer.concat(held);
    },
  };
}

function* lines(job: Job, rows: readonly InputRow[]): Generator<Buffer> {
  for (const { key, row } of knownRows(job, rows)) {
    yield Buffer.from(`${JSON.stringify(key === null ? row : { key, ...row })}\n`);
  }
}
