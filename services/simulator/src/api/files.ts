import { hash } from 'node:crypto';
import { readRange } from '@gemini-events/http';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { Faults } from '../faults/faults.ts';
import { type Job, outputFile } from '../jobs/job.ts';
import { type Output, outputOf, sha256Of } from '../outputs/output.ts';
import type { ApiContext } from './context.ts';
import { GoogleError, invalid, notFound } from './google-error.ts';
import { pageOf } from './page.ts';

const LIFETIME_MS = 48 * 3_600_000;
const LIMITS = { usual: 10, most: 100 };
/** The Files API's own rule; ids of batch outputs break it and cannot be deleted (hazard 19). */
const MAX_DELETABLE_ID = 40;
const DOWNLOAD = ':download';

/** Output files: get, list, delete, download. Nothing is stored: bytes are made when they are read. */
export function files(api: ApiContext, faults: Faults): Hono {
  const app = new Hono();
  const find = (name: string): Job => {
    const job = api.store.ofFile(name);
    if (job === null || outputFile(job) === null) throw notFound(name);
    return job;
  };
  app.get('/', async (context) => {
    const size = context.req.query('pageSize') ?? context.req.query('page_size');
    const token = context.req.query('pageToken') ?? context.req.query('page_token');
    const { items, nextToken } = pageOf(existing(api), { size, token }, LIMITS);
    const rendered = await Promise.all(items.map((job) => renderFile(job, api.pointerOrigin())));
    return context.json({
      ...(rendered.length === 0 ? {} : { files: rendered }),
      ...(nextToken === null ? {} : { nextPageToken: nextToken }),
    });
  });
  app.get('/:call', async (context) => {
    const call = context.req.param('call');
    if (call.endsWith(DOWNLOAD)) {
      return download(context, find(`files/${call.slice(0, -DOWNLOAD.length)}`), faults);
    }
    return context.json(await renderFile(find(`files/${call}`), api.pointerOrigin()));
  });
  app.delete('/:id', (context) => {
    const id = context.req.param('id');
    find(`files/${id}`);
    if (id.length > MAX_DELETABLE_ID) throw invalid('The file id is longer than 40 characters.');
    api.store.removeFile(`files/${id}`);
    return context.json({});
  });
  return app;
}

function* existing(api: ApiContext): Generator<Job> {
  for (const [, job] of api.store.files()) if (outputFile(job) !== null) yield job;
}

async function renderFile(job: Job, origin: string): Promise<object> {
  const output = outputOf(job);
  const name = outputFile(job) ?? '';
  const createdAt = job.endedAt ?? job.createdAt;
  const uri = `${origin}/v1beta/${name}`;
  return {
    name,
    mimeType: output.mimeType,
    sizeBytes: String(output.size),
    createTime: new Date(createdAt).toISOString(),
    updateTime: new Date(createdAt).toISOString(),
    expirationTime: new Date(createdAt + LIFETIME_MS).toISOString(),
    sha256Hash: await sha256Of(output),
    uri,
    downloadUri: `${uri}${DOWNLOAD}?alt=media`,
    state: 'ACTIVE',
    source: 'GENERATED',
  };
}

function download(context: Context, job: Job, faults: Faults): Response {
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
      breakOff: (controller) => breakConnection(context, controller),
    }),
    {
      status: range === null ? 200 : 206,
      headers,
    },
  );
}

/** Ends the connection in the middle of an answer; without a socket the answer itself fails. */
function breakConnection(context: Context, controller: ReadableStreamDefaultController): void {
  const { outgoing } = (context.env ?? {}) as Partial<HttpBindings>;
  if (outgoing === undefined) controller.error(new Error('cut off on purpose'));
  else outgoing.destroy();
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
