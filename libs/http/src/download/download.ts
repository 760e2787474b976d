import { createHash, type Hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { BridgeError } from '@gemini-events/events';
import type { HttpAnswer } from '../client/http-client.ts';
import { isTransient } from '../retry/with-retries.ts';
import { chunksOf } from './chunks-of.ts';
import { isStrongTag } from './content-range.ts';
import { continueAnswer } from './continue-answer.ts';
import { tooLarge } from './too-large.ts';

/** A body of any length, read once, that goes on by itself where a connection breaks. */
export interface Download {
  readonly contentType: string;
  /** From Content-Length, of the bytes as they are sent; null where the server did not say. */
  readonly length: number | null;
  /** `gzip` and the like, where the server did not heed `identity`. */
  readonly encoding: string | null;
  /**
   * The bytes as they are sent.
   * @throws BridgeError ERR_HTTP_UNAVAILABLE it breaks too often or ends too early, ERR_HTTP_CHANGED it
   * is another file after a break, ERR_HTTP_TOO_LARGE
   */
  readonly body: AsyncGenerator<Buffer, void>;
  /** SHA-256 of what `body` has given so far, lower-case hex; ends the digest, so call it once, last. */
  readonly sha256: () => string;
}

export interface DownloadOptions {
  readonly signal: AbortSignal;
  /** More is ERR_HTTP_TOO_LARGE, at once where the server announces it. */
  readonly maxBytes: number;
  /** Called when a connection broke and the rest is asked for. */
  readonly onResume?: (at: number, error: unknown) => void;
  /** First wait before the rest is asked for; doubled while nothing comes. @default 250 */
  readonly waitMs?: number;
}

/** Breaks without a byte in between after which a download is given up. */
const MOST_BREAKS = 5;

/**
 * Reads the body of an answer with status 200, and of the answers that continue it: by `Range` (RFC 9110,
 * 14.2), guarded by `If-Range` where the server gave a strong tag. A server that sends the whole again is
 * fine too, if its first bytes are the same ones.
 *
 * @param again makes the same call once more with these headers
 * @throws BridgeError ERR_HTTP_TOO_LARGE
 */
export function startDownload(
  first: HttpAnswer,
  again: (headers: Readonly<Record<string, string>>) => Promise<HttpAnswer>,
  options: DownloadOptions,
): Download {
  const { headers } = first;
  const length = lengthIn(headers['content-length']);
  if (length !== null && length > options.maxBytes) {
    first.body.destroy();
    throw tooLarge('the answer', options.maxBytes);
  }
  const digest = createHash('sha256');
  const etag = headers['etag'];
  return {
    contentType: headers['content-type'] ?? 'application/octet-stream',
    length,
    encoding: headers['content-encoding'] ?? null,
    body: read(first, again, {
      ...options,
      length,
      digest,
      etag: isStrongTag(etag) ? etag : null,
    }),
    sha256: () => digest.digest('hex'),
  };
}

async function* read(
  first: HttpAnswer,
  again: (headers: Readonly<Record<string, string>>) => Promise<HttpAnswer>,
  options: DownloadOptions & {
    readonly length: number | null;
    readonly digest: Hash;
    readonly etag: string | null;
  },
): AsyncGenerator<Buffer, void> {
  const { digest, length, etag, maxBytes, signal } = options;
  let at = 0;
  let breaks = 0;
  let body: AsyncIterable<Buffer> = chunksOf(first.body);
  for (;;) {
    try {
      for await (const chunk of body) {
        at += chunk.length;
        if (at > maxBytes) throw tooLarge('the answer', maxBytes);
        breaks = 0;
        digest.update(chunk);
        yield chunk;
      }
      if (length === null || at === length) return;
      throw brokenOff(at, length, null);
    } catch (error) {
      breaks += 1;
      const isOver = signal.aborted || isFinal(error) || at > (length ?? Infinity);
      if (isOver || breaks > MOST_BREAKS)
        throw isFinal(error) ? error : brokenOff(at, length, error);
      options.onResume?.(at, error);
      await delay((options.waitMs ?? 250) * 2 ** (breaks - 1), undefined, { signal });
    }
    try {
      const answer = await again({
        range: `bytes=${at}-`,
        ...(etag === null ? {} : { 'if-range': etag }),
      });
      body = await continueAnswer(answer, {
        at,
        length,
        etag,
        soFar: () => digest.copy().digest(),
      });
    } catch (error) {
      if (isFinal(error)) throw error;
      body = failing(error);
    }
  }
}

/** What no further try of the same download changes. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof BridgeError)) return false;
  if (error.code !== 'ERR_HTTP_STATUS') return error.code !== 'ERR_HTTP_UNAVAILABLE';
  return !isTransient(Number(error.data['status']));
}

// oxlint-disable-next-line require-yield
async function* failing(error: unknown): AsyncGenerator<Buffer, void> {
  throw error;
}

function lengthIn(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : null;
}

function brokenOff(at: number, length: number | null, cause: unknown): BridgeError {
  const of = length === null ? '' : ` of ${length}`;
  return new BridgeError('ERR_HTTP_UNAVAILABLE', `the download broke off after ${at}${of} bytes`, {
    ...(cause === null ? {} : { cause }),
    data: { at, length },
  });
}
