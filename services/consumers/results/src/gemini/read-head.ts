import { Readable } from 'node:stream';

/**
 * Reads a stream up to a limit.
 *
 * @returns the bytes, and null when that was all; otherwise `rest` is the whole stream once more, from
 * its first byte on. Memory stays bounded by the limit.
 */
export async function readHead(
  body: Readable,
  limit: number,
): Promise<{ readonly head: Buffer; readonly rest: Readable | null }> {
  const chunks: Buffer[] = [];
  let size = 0;
  const iterator = body.iterator({ destroyOnReturn: false });
  for await (const chunk of iterator as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) break;
  }
  const head = Buffer.concat(chunks, size);
  if (size <= limit) return { head, rest: null };
  const whole = async function* (): AsyncGenerator<Buffer> {
    yield head;
    yield* body as AsyncIterable<Buffer>;
  };
  return { head, rest: Readable.from(whole()) };
}
