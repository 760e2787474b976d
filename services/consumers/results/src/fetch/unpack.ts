import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BridgeError } from '@gemini-events/events';
import { type Download, tooLarge } from '@gemini-events/http';
import type { FetchContext } from './fetch-context.ts';

const GZIP = Buffer.from([0x1f, 0x8b]);

/** The bytes that are meant. */
export interface Unpacked {
  readonly chunks: AsyncIterable<Buffer>;
  /** SHA-256 of all of them, after the last one; null where only the packed bytes have one. */
  readonly sha256: (() => string) | null;
}

/** Uses a download as it is meant, tells of each piece of it, and ends it. Throws as `unpack` does. */
export async function withUnpacked<Value>(
  { maxBytes, onBytes }: Pick<FetchContext, 'maxBytes' | 'onBytes'>,
  download: Download,
  options: { readonly isText: boolean },
  use: (unpacked: Unpacked) => Promise<Value>,
): Promise<Value> {
  try {
    const { chunks, sha256 } = await unpack(download, { ...options, maxBytes });
    const total = download.encoding === null ? download.length : null;
    return await use({ chunks: counted(chunks, (bytes) => onBytes(bytes, total)), sha256 });
  } finally {
    // It may have been read in part, or not at all.
    await download.body.return();
  }
}

/**
 * A download without its `Content-Encoding`. A text that came as a gzip file counts as encoded too.
 * @param isText whether the output is one; other files are kept as they are
 * @throws BridgeError also by the reading: ERR_RESULT_BROKEN an encoding that does not fit or is not
 * known; ERR_HTTP_TOO_LARGE more than `maxBytes`
 */
async function unpack(
  { body, encoding, sha256 }: Download,
  options: { readonly isText: boolean; readonly maxBytes: number },
): Promise<Unpacked> {
  const { value, done } = await body.next();
  const first = done === true ? Buffer.alloc(0) : value;
  const isGzip = encoding === 'gzip' || encoding === 'x-gzip';
  const isGzipFile = options.isText && first.subarray(0, 2).equals(GZIP);
  if (!isGzip && encoding !== null && encoding !== 'identity') {
    throw new BridgeError('ERR_RESULT_BROKEN', `the output came with the encoding ${encoding}`);
  }
  const whole = withFirst(first, body);
  return isGzip || isGzipFile
    ? { chunks: gunzipped(whole, options.maxBytes), sha256: null }
    : { chunks: whole, sha256 };
}

async function* withFirst(
  first: Buffer,
  rest: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void> {
  yield first;
  yield* rest;
}

async function* gunzipped(
  packed: AsyncIterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<Buffer, void> {
  const source = Readable.from(packed);
  const gunzip = createGunzip();
  // An error of the download has to come out at the other end.
  source.on('error', (error) => gunzip.destroy(error));
  let size = 0;
  try {
    for await (const chunk of source.pipe(gunzip) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge('the output', maxBytes);
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof BridgeError) throw cause;
    throw new BridgeError('ERR_RESULT_BROKEN', 'the output cannot be unpacked', { cause });
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer, void> {
  for await (const chunk of chunks) {
    yield chunk;
    onBytes(chunk.length);
  }
}
