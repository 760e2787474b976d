import { BridgeError } from '@gemini-events/events';
import type { HttpAnswer } from '../client/http-client.ts';
import { tooLarge } from './too-large.ts';

/**
 * A short body as one buffer.
 * @throws BridgeError ERR_HTTP_TOO_LARGE, ERR_HTTP_UNAVAILABLE when it breaks off
 */
export async function readWhole({ body }: HttpAnswer, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new BridgeError('ERR_HTTP_UNAVAILABLE', 'an answer broke off', { cause });
  }
  if (size > maxBytes) throw tooLarge('the answer', maxBytes);
  return Buffer.concat(chunks, size);
}
