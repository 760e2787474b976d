import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { BridgeError } from '@gemini-events/events';
import type { HttpAnswer } from '../client/http-client.ts';
import { chunksOf } from './chunks-of.ts';
import { readContentRange } from './content-range.ts';

/** What is known of the part that is there. */
interface SoFar {
  readonly at: number;
  /** Of the whole. */
  readonly length: number | null;
  readonly etag: string | null;
  /** SHA-256 of the bytes before `at`. */
  readonly soFar: () => Buffer;
}

/**
 * The bytes from `at` on, out of the answer to a request for a range.
 * @throws BridgeError ERR_HTTP_CHANGED the answer is about other bytes; ERR_HTTP_STATUS neither 200 nor 206
 */
export async function continueAnswer(
  { status, headers, body }: HttpAnswer,
  known: SoFar,
): Promise<AsyncIterable<Buffer>> {
  const { at, length, etag } = known;
  try {
    if (status === 206) {
      const range = readContentRange(headers['content-range']);
      const isSameFile =
        (etag === null || (headers['etag'] ?? etag) === etag) &&
        (length === null || (range?.total ?? length) === length);
      if (range?.start !== at || !isSameFile) throw changed(at);
      return chunksOf(body);
    }
    if (status === 200) {
      const announced = headers['content-length'];
      if (length !== null && announced !== undefined && Number(announced) !== length)
        throw changed(at);
      return skipKnown(body, known);
    }
    // 416: it is shorter than what was read of it.
    if (status === 416) throw changed(at);
    throw new BridgeError('ERR_HTTP_STATUS', `a download went on with status ${status}`, {
      data: { status },
    });
  } catch (error) {
    body.destroy();
    throw error;
  }
}

/** Passes over the bytes that are there already; they have to be the same ones. */
async function* skipKnown(body: Readable, { at, soFar }: SoFar): AsyncGenerator<Buffer, void> {
  const digest = createHash('sha256');
  let seen = 0;
  for await (const chunk of chunksOf(body)) {
    if (seen >= at) {
      yield chunk;
      continue;
    }
    const known = chunk.subarray(0, at - seen);
    digest.update(known);
    seen += known.length;
    if (seen < at) continue;
    if (!digest.digest().equals(soFar())) throw changed(at);
    if (known.length < chunk.length) yield chunk.subarray(known.length);
  }
  if (seen < at) throw changed(at);
}

function changed(at: number): BridgeError {
  return new BridgeError(
    'ERR_HTTP_CHANGED',
    `the file changed while it was read, after ${at} bytes`,
    {
      data: { at },
    },
  );
}
