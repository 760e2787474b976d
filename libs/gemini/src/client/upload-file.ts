import { BridgeError } from '@gemini-events/events';
import { type HttpAnswer, readWhole } from '@gemini-events/http';
import { textAt } from '../json/at.ts';
import { apiErrorWithReason } from './api-error.ts';
import { type Calls, pathOf } from './calls.ts';

/** Bytes, or a stream of them whose length is known: it is told before the first one. */
export type UploadContent =
  | Buffer
  | { readonly bytes: number; readonly chunks: AsyncIterable<Uint8Array> };

/** Gemini keeps it for 48 hours. */
export interface UploadedFile {
  /** `files/<id>` */
  readonly name: string;
  readonly bytes: number;
}

/** As the SDK cuts them. */
const PART_BYTES = 8 * 1024 * 1024;
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * A resumable upload (contract notes 3.3). Nothing is said about how to ask for the place at which a part
 * broke off, so a part is not repeated.
 */
export async function uploadFile(
  calls: Calls,
  content: UploadContent,
  file: { readonly mimeType: string; readonly displayName: string },
  signal: AbortSignal,
): Promise<UploadedFile> {
  const bytes = Buffer.isBuffer(content) ? content.length : content.bytes;
  const url = await begin(calls, { ...file, bytes }, signal);
  let sent = 0;
  for await (const part of partsOf(content)) {
    const isLast = sent + part.length === bytes;
    if (sent + part.length > bytes) throw new TypeError(`a stream has more than ${bytes} bytes`);
    const answer = await post(calls, {
      url,
      headers: {
        'x-goog-upload-offset': String(sent),
        'x-goog-upload-command': isLast ? 'upload, finalize' : 'upload',
      },
      body: part,
      signal,
    });
    sent += part.length;
    if (isLast) return { name: await nameIn(answer), bytes };
    answer.body.resume();
  }
  throw new TypeError(`a stream has ${sent} bytes instead of ${bytes}`);
}

/** @returns where its parts go: whatever host the server names, it is our own API. */
async function begin(
  calls: Calls,
  file: { readonly mimeType: string; readonly displayName: string; readonly bytes: number },
  signal: AbortSignal,
): Promise<string> {
  const answer = await post(calls, {
    url: `${calls.baseUrl}/upload/${calls.version}/files`,
    headers: {
      'content-type': 'application/json',
      'x-goog-upload-protocol': 'resumable',
      'x-goog-upload-command': 'start',
      'x-goog-upload-header-content-length': String(file.bytes),
      'x-goog-upload-header-content-type': file.mimeType,
    },
    body: JSON.stringify({ file: { displayName: file.displayName } }),
    signal,
  });
  answer.body.resume();
  const given = URL.parse(answer.headers['x-goog-upload-url'] ?? '', calls.baseUrl);
  if (given === null || given.pathname === '/') throw broken('no place for an upload');
  return `${new URL(calls.baseUrl).origin}${given.pathname}${given.search}`;
}

async function post(
  calls: Calls,
  request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | Buffer;
    readonly signal: AbortSignal;
  },
): Promise<HttpAnswer> {
  const credentials = calls.credentials();
  const answer = await calls.once({ ...request, method: 'POST', credentials });
  if (answer.status === 200) return answer;
  throw await apiErrorWithReason(answer, pathOf(request), calls.now());
}

async function nameIn(answer: HttpAnswer): Promise<string> {
  const text = (await readWhole(answer, MAX_ANSWER_BYTES)).toString();
  let name: string | null = null;
  try {
    name = textAt(JSON.parse(text), 'file', 'name');
  } catch (cause) {
    throw broken('no JSON about an upload', cause);
  }
  if (name === null) throw broken('no name for an upload');
  return name;
}

/** Parts of one length, but for the last; one empty part of nothing. */
async function* partsOf(content: UploadContent): AsyncGenerator<Buffer> {
  if (Buffer.isBuffer(content)) {
    for (let at = 0; at === 0 || at < content.length; at += PART_BYTES) {
      yield content.subarray(at, at + PART_BYTES);
    }
    return;
  }
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content.chunks) {
    held.push(chunk);
    size += chunk.length;
    if (size < PART_BYTES) continue;
    const all = Buffer.concat(held, size);
    let at = 0;
    for (; size - at >= PART_BYTES; at += PART_BYTES) yield all.subarray(at, at + PART_BYTES);
    held = at === size ? [] : [all.subarray(at)];
    size -= at;
  }
  if (size > 0 || content.bytes === 0) yield Buffer.concat(held, size);
}

function broken(what: string, cause?: unknown): BridgeError {
  return new BridgeError('ERR_GEMINI_UNAVAILABLE', `the Gemini API gave ${what}`, { cause });
}
