import { Readable } from 'node:stream';
import { familyOf } from '@gemini-events/events';
import { readRange } from '@gemini-events/http';
import type { Api } from '@gemini-events/http-api';
import type { Manifest, Outputs } from '@gemini-events/objects';
import { createRoute, z } from '@hono/zod-openapi';
import type { ResultRef } from '../keys/result-links.ts';
import type { ApiParts } from './parts.ts';
import { problem, problems } from './problems.ts';

/** The result of a job is fetched while its event is told of: the link may come first. */
const NOT_THERE_MS = 10_000;

const route = createRoute({
  method: 'get',
  path: '/v1/results/{token}',
  tags: ['results'],
  summary: 'The output of a job',
  description:
    'Where a delivery’s link leads. Needs no token: the link is one, until it expires. Takes `Range`.',
  security: [],
  request: { params: z.object({ token: z.string().max(8_192) }) },
  responses: {
    200: { description: 'The output, with its SHA-256 as `etag`.' },
    206: { description: 'A part of it.' },
    ...problems(404, 410, 416),
  },
});

/** Serves the output that a link names. */
export function addResultRoute(app: Api, { results, now }: ApiParts): void {
  app.openapi(route, async (context) => {
    const ref = results?.links.read(context.req.valid('param').token) ?? null;
    if (results === null || ref === null) throw problem('not_found');
    if (ref.expiresAt <= now()) throw problem('link_expired');
    const part = (await findManifest(results.outputs, ref))?.parts[0];
    if (part === undefined) throw problem('result_not_there', {}, NOT_THERE_MS);
    const range = readRange(context.req.header('range'), part.sizeBytes);
    if (range === 'unsatisfiable') {
      context.header('content-range', `bytes */${part.sizeBytes}`);
      throw problem('range_unsatisfiable');
    }
    const { start, end } = range ?? { start: 0, end: part.sizeBytes };
    const body = await results.outputs.read(part, { start, end });
    context.header('content-type', part.contentType);
    // Never shown as a page of ours, whatever is in it.
    context.header('content-disposition', `attachment; filename="${part.name}"`);
    context.header('content-length', String(end - start));
    context.header('accept-ranges', 'bytes');
    context.header('etag', `"${part.sha256}"`);
    if (range !== null) {
      context.header('content-range', `bytes ${start}-${end - 1}/${part.sizeBytes}`);
    }
    return context.body(Readable.toWeb(body) as ReadableStream, range === null ? 200 : 206);
  });
}

/** An output lies under the job's whole name; events also give it without its collection. */
async function findManifest(
  outputs: Outputs,
  { source, resourceId, type }: ResultRef,
): Promise<Manifest | null> {
  const collections = { batch: 'batches', interaction: 'interactions', video: null };
  const family = familyOf(type);
  const collection = family === null ? null : collections[family];
  const isWhole = collection === null || resourceId.startsWith(`${collection}/`);
  const job = isWhole ? resourceId : `${collection}/${resourceId}`;
  return outputs.find({ source, job, type });
}
