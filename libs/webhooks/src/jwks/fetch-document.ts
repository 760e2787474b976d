const MAX_BYTES = 256 * 1024;

/** The JSON behind a URL: bounded in time and size, without redirects. */
export async function fetchDocument(
  url: string,
  timeoutMs: number,
  fetcher: typeof fetch = fetch,
): Promise<unknown> {
  const answer = await fetcher(url, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.byteLength;
    if (size > MAX_BYTES) throw new Error(`the answer is longer than ${MAX_BYTES} bytes`);
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}
