import { BridgeError, familyOf } from '@gemini-events/events';
import type { AnyEvent } from '../definition/event.ts';

const TIMEOUT_MS = 10_000;
const NOT_OURS = new Set([400, 403, 404]);
const ID = /^[A-Za-z0-9_.-]{1,256}$/;

/**
 * Asks the Gemini API with our own key for the job that an event names: what the key finds is ours. An
 * event whose family or id says nothing that could be asked for is not.
 *
 * @param options.apiKey null: nothing can be asked, and nothing unproven is ours
 * @throws BridgeError ERR_GEMINI_UNAVAILABLE where the answer says nothing about the job
 */
export function createGeminiProof(options: {
  readonly baseUrl: string;
  readonly apiKey: (() => string) | null;
  readonly fetch?: typeof fetch;
}): (event: AnyEvent) => Promise<boolean> {
  const { baseUrl, apiKey } = options;
  const call = options.fetch ?? fetch;
  return async (event) => {
    const path = jobPath(event);
    if (apiKey === null || path === null) return false;
    let status: number;
    try {
      const answer = await call(`${baseUrl}/v1beta/${path}`, {
        headers: { 'x-goog-api-key': apiKey() },
        // The host of a redirect is not ours to send a key to.
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      status = answer.status;
      await answer.body?.cancel();
    } catch (cause) {
      throw unavailable('the Gemini API did not answer', { cause });
    }
    if (status === 200) return true;
    if (NOT_OURS.has(status)) return false;
    throw unavailable(`the Gemini API answered ${status}`, { data: { status } });
  };
}

/** Path of a job below the API version; null where the id is none. */
function jobPath({ type, resource_id: id }: AnyEvent): string | null {
  if (id === null) return null;
  switch (familyOf(type)) {
    case 'batch':
      return named('batches', id);
    case 'interaction':
      return named('interactions', id);
    case 'video':
      return id.split('/').every((part) => ID.test(part)) && !id.includes('..') ? id : null;
    case null:
      return null;
  }
}

function named(collection: string, id: string): string | null {
  const bare = id.startsWith(`${collection}/`) ? id.slice(collection.length + 1) : id;
  return ID.test(bare) && bare !== '.' && bare !== '..' ? `${collection}/${bare}` : null;
}

function unavailable(
  message: string,
  more: { readonly cause?: unknown; readonly data?: Readonly<Record<string, number>> },
): BridgeError {
  return new BridgeError('ERR_GEMINI_UNAVAILABLE', message, more);
}
