import { hash } from 'node:crypto';
import { readRange } from '@gemini-events/http';
import type { Context } from 'hono';
import { breakConnection } from '../faults/break-connection.ts';
import type { Faults } from '../faults/faults.ts';
import { type Job, outputFile } from '../jobs/job.ts';
import { outputOf } from '../outputs/output.ts';
import type { Output } from '../outputs/output-type.ts';
import { GoogleError, invalid } from './google-error.ts';

/** The bytes of a job's output, or a range of them. */
export function download(context: Context, job: Job, faults: Faults): Response {
  if (context.req.query('alt') !== 'media') throw invalid('Downloads need alt=media.');
  const output = outputOf(job);
  const etag = `"${hash('sha256', `${job.name} ${output.size}`).slice(0, 32)}"`;
  // RFC 9110, 13.1.5: the range counts only where the file is still the same one.
  const guard = context.req.header('if-range');
  const isSame = guard === undefined || guard === etag;
  const range = isSame ? readRange(context.req.header('range'), output.size) : null;
  if (range === 'unsatisfiable') {
    // RFC 9110, 15.5.17: tells how long the file is.
    context.header('content-range', `bytes */${output.size}`);
    throw new GoogleError(416, 'The range is beyond the end of the file.');
  }
  const { start, end } = range ?? { start: 0, end: output.size };
  const headers: Record<string, string> = {
    'content-type': output.mimeType,
    'content-length': String(end - start),
    'accept-ranges': 'bytes',
    etag,
  };
  if (range !== null) headers['content-range'] = `bytes ${start}-${end - 1}/${output.size}`;
  const cutAt = faults.cutOf(outputFile(job) ?? '');
  return new Response(
    streamOf(output, {
      start,
      end,
      cutAt,
      onBytes: (bytes) => faults.count('downloaded bytes', bytes),
      breakOff: (controller) => {
        const error = breakConnection(context);
        if (error !== null) controller.error(error);
      },
    }),
    {
      status: range === null ? 200 : 206,
      headers,
    },
  );
}

/** Small files in one piece, which is cheaper; larger ones as fast as they are read. */
function streamOf(
  output: Output,
  {
    start,
    end,
    cutAt,
    onBytes,
    breakOff,
  }: {
    readonly start: number;
    readonly end: number;
    readonly cutAt: number | null;
    readonly onBytes: (bytes: number) => void;
    readonly breakOff: (controller: ReadableStreamDefaultController) => void;
  },
): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> {
  const isCut = cutAt !== null && cutAt < end - start;
  const chunks = output.chunks(start, isCut ? start + cutAt : end);
  if (!isCut && end - start <= 64 * 1024) {
    onBytes(end - start);
    return new Uint8Array(Buffer.concat([...chunks]));
  }
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = chunks.next();
      if (next.done !== true) {
        onBytes(next.value.length);
        controller.enqueue(next.value);
      } else if (isCut) breakOff(controller);
      else controller.close();
    },
  });
}
