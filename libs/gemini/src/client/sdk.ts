import type { BridgeError } from '@gemini-events/events';
import { type HttpAnswer, type HttpRequest, readWhole } from '@gemini-events/http';
// The build for browsers has all calls and none of what only Google Cloud's credentials need: 20 MiB less.
import { ApiError, GoogleGenAI } from '@google/genai/web';
import { errorOfStatus } from './api-error.ts';

/** The parts of Google's SDK that are used. */
export type Sdk = Pick<GoogleGenAI, 'batches' | 'files' | 'interactions' | 'operations'>;

/** Longest answer of a call that gives an object, not bytes. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/**
 * Google's SDK whose every request goes by our client: guarded, with our retries only, and with the key
 * given to the API's own origin and to nobody else. Calls are repeated where they may pass, so none that
 * costs money goes this way.
 */
export function createSdk(options: {
  readonly open: (request: HttpRequest) => Promise<HttpAnswer>;
  readonly baseUrl: string;
  readonly credentials: () => NonNullable<HttpRequest['credentials']>;
  readonly version: string;
}): Sdk {
  const { open, baseUrl, credentials, version } = options;
  const guardedFetch = async (input: unknown, init?: RequestInit): Promise<Response> => {
    const request = input instanceof Request ? input : null;
    const headers = Object.fromEntries(new Headers(request?.headers ?? init?.headers));
    // What the SDK was given in place of the key.
    delete headers['x-goog-api-key'];
    const method = (request?.method ?? init?.method ?? 'GET') as NonNullable<HttpRequest['method']>;
    const body = request === null ? init?.body : await request.text();
    const answer = await open({
      url: request?.url ?? String(input),
      method,
      headers,
      credentials: credentials(),
      signal: request?.signal ?? init?.signal ?? new AbortController().signal,
      ...(typeof body === 'string' && body !== '' ? { body } : {}),
    });
    const bytes = await readWhole(answer, MAX_ANSWER_BYTES);
    return new Response(new Uint8Array(bytes), { status: answer.status, headers: answer.headers });
  };
  return new GoogleGenAI({
    apiKey: 'given-by-our-client',
    httpOptions: { baseUrl, apiVersion: version, fetch: guardedFetch as typeof fetch },
  });
}

/** An error of the SDK in the terms of this client; null where it is none of its own. */
export function sdkError(error: unknown, path: string): BridgeError | null {
  return error instanceof ApiError ? errorOfStatus(error.status, path) : null;
}
