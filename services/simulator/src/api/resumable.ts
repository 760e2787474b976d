import type { Context } from 'hono';
import type { Received, UploadSession } from '../uploads/session.ts';
import type { BoundedMap } from '../util/bounded-map.ts';
import { randomId } from '../util/ids.ts';
import { invalid, notFound } from './google-error.ts';
import { readObject } from './read-body.ts';

/** What an upload counts for at least, so that many empty ones are bounded too. */
const LEAST_BYTES = 1_024;

/**
 * Google's resumable upload: `start` with the file's description answers with a URL, to which the bytes
 * go in one or several parts; `finish` makes the answer to the last of them.
 */
export function resumable(
  sessions: BoundedMap<UploadSession>,
  finish: (context: Context, received: Received) => object,
): (context: Context) => Promise<Response> {
  return async (context) => {
    const id = context.req.query('upload_id');
    return id === undefined ? start(sessions, context) : goOn(sessions, id, context, finish);
  };
}

async function start(sessions: BoundedMap<UploadSession>, context: Context): Promise<Response> {
  const header = (name: string): string | null =>
    context.req.header(`x-goog-upload-${name}`) ?? null;
  if (header('protocol') !== 'resumable' || header('command') !== 'start') {
    throw invalid("An upload begins with protocol 'resumable' and command 'start'.");
  }
  const announced = header('header-content-length');
  const announcedBytes = announced === null ? null : Number(announced);
  if (announcedBytes !== null && !(Number.isSafeInteger(announcedBytes) && announcedBytes >= 0)) {
    throw invalid('Invalid X-Goog-Upload-Header-Content-Length.');
  }
  refuseLarge(announcedBytes ?? 0, sessions.limit);
  const id = randomId(32);
  const url = new URL(context.req.url);
  const session: UploadSession = {
    path: url.pathname,
    head: await readObject(context),
    mimeType: header('header-content-type') ?? 'application/octet-stream',
    fileName: header('file-name'),
    announcedBytes,
    parts: [],
    size: 0,
    answer: null,
  };
  sessions.set(id, session, LEAST_BYTES);
  url.search = `?upload_id=${id}&upload_protocol=resumable`;
  context.header('x-goog-upload-url', url.href);
  return status(context, 'active', session);
}

async function goOn(
  sessions: BoundedMap<UploadSession>,
  id: string,
  context: Context,
  finish: (context: Context, received: Received) => object,
): Promise<Response> {
  const session = sessions.get(id);
  if (session?.path !== context.req.path) throw notFound(`upload ${id}`);
  const commands = (context.req.header('x-goog-upload-command') ?? '').split(/\s*,\s*/);
  if (session.answer !== null) return status(context, 'final', session);
  if (commands.includes('query')) return status(context, 'active', session);
  const isLast = commands.includes('finalize');
  if (commands.includes('upload')) await take(sessions, id, session, context);
  else if (!isLast) throw invalid(`Unknown upload command '${commands.join(', ')}'.`);
  if (!isLast) return status(context, 'active', session);
  const { announcedBytes, size, head, mimeType, fileName, parts } = session;
  if (announcedBytes !== null && announcedBytes !== size) {
    throw invalid(`The upload has ${size} bytes, ${announcedBytes} were announced.`);
  }
  session.answer = finish(context, { head, mimeType, fileName, bytes: Buffer.concat(parts) });
  parts.length = 0;
  sessions.set(id, session, LEAST_BYTES);
  return status(context, 'final', session);
}

async function take(
  sessions: BoundedMap<UploadSession>,
  id: string,
  session: UploadSession,
  context: Context,
): Promise<void> {
  const offset = Number(context.req.header('x-goog-upload-offset') ?? 0);
  refuseLarge(offset + Number(context.req.header('content-length') ?? 0), sessions.limit);
  const part = Buffer.from(await context.req.arrayBuffer());
  // Compared once the bytes are here: two parts may be on their way at once.
  if (offset !== session.size) {
    throw invalid(`The upload is at byte ${session.size}, not at ${offset}.`);
  }
  refuseLarge(session.size + part.length, sessions.limit);
  session.parts.push(part);
  session.size += part.length;
  sessions.set(id, session, Math.max(LEAST_BYTES, session.size));
}

function refuseLarge(bytes: number, limit: number): void {
  if (bytes > limit) throw invalid(`The simulator keeps no more than ${limit} bytes of uploads.`);
}

function status(context: Context, state: 'active' | 'final', session: UploadSession): Response {
  context.header('x-goog-upload-status', state);
  context.header('x-goog-upload-size-received', String(session.size));
  return session.answer === null ? context.body(null, 200) : context.json(session.answer);
}
