/**
 * The raw bytes of a request, which can be read once.
 * @param most bytes
 * @returns null where there are more
 */
export async function readBody(
  { headers, body }: Pick<Request, 'headers' | 'body'>,
  most: number,
): Promise<Buffer | null> {
  if (Number(headers.get('content-length') ?? 0) > most) return null;
  if (body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > most) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}
