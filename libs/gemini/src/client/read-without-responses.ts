import { isBridgeError } from '@gemini-events/events';
import type { HttpAnswer } from '@gemini-events/http';
import { createRowSplitter } from '../json/row-splitter.ts';
import { unreadable } from './api-error.ts';

const MAX_ROW_BYTES = 64 * 1024 * 1024;
const MAX_REST_BYTES = 16 * 1024 * 1024;

/**
 * An answer about batches, parsed, in bounded memory: the responses that may be inlined in them are
 * dropped while they come.
 * @throws BridgeError ERR_GEMINI_UNAVAILABLE, ERR_HTTP_TOO_LARGE
 */
export async function readWithoutResponses({ body }: HttpAnswer, name: string): Promise<unknown> {
  const splitter = createRowSplitter({
    arrayName: 'inlinedResponses',
    maxRowBytes: MAX_ROW_BYTES,
    maxRestBytes: MAX_REST_BYTES,
    onRow: () => undefined,
  });
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) splitter.push(chunk);
    return splitter.end();
  } catch (cause) {
    if (isBridgeError(cause)) throw cause;
    throw unreadable(name, cause);
  }
}
