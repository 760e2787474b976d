/**
 * Reads a body up to a limit.
 *
 * @returns the bytes, and null when that was all; otherwise `whole` is the body once more, from its first
 * byte on. Memory stays bounded by the limit.
 */
export async function readHead(
  body: AsyncIterable<Buffer>,
  limit: number,
): Promise<{ readonly head: Buffer; readonly whole: AsyncIterable<Buffer> | null }> {
  const chunks: Buffer[] = [];
  let size = 0;
  const iterator = body[Symbol.asyncIterator]();
  while (size <= limit) {
    const next = await iterator.next();
    if (next.done === true) return { head: Buffer.concat(chunks, size), whole: null };
    chunks.push(next.value);
    size += next.value.length;
  }
  const whole = async function* (): AsyncGenerator<Buffer, void> {
    try {
      yield* chunks;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  };
  return { head: Buffer.alloc(0), whole: whole() };
}
