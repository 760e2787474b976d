import type { Readable } from 'node:stream';
import { BridgeError } from '@gemini-events/events';
import { Agent, type Dispatcher, request } from 'undici';
import { namePath } from './resource-name.ts';

export interface Download {
  readonly body: Readable;
  /** From Content-Length; null where the server did not say. */
  readonly length: number | null;
  readonly contentType: string;
}

/** The calls of the Gemini API that the results consumer makes. All go to one host. */
export interface GeminiClient {
  /** @throws BridgeError ERR_RESULT_NOT_FOUND, ERR_GEMINI_UNAVAILABLE, ERR_GEMINI_REFUSED */
  get(name: string): Promise<Download>;
  /** Downloads a file `files/<id>`. Throws as `get` does. */
  download(fileName: string): Promise<Download>;
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 30_000;
/** Longest silence in the middle of a body. */
const BODY_TIMEOUT_MS = 30_000;

/** Redirects are not followed: an API key must not reach a host that a redirect names. */
export function createGeminiClient(options: {
  readonly baseUrl: string;
  readonly apiKey: () => string;
  readonly signal: AbortSignal;
}): GeminiClient {
  const agent = new Agent({
    headersTimeout: HEADERS_TIMEOUT_MS,
    bodyTimeout: BODY_TIMEOUT_MS,
    connections: 16,
  });
  const call = async (path: string): Promise<Download> => {
    let response: Dispatcher.ResponseData;
    try {
      response = await request(options.baseUrl + path, {
        dispatcher: agent,
        signal: options.signal,
        headers: { 'x-goog-api-key': options.apiKey() },
      });
    } catch (cause) {
      throw new BridgeError('ERR_GEMINI_UNAVAILABLE', `the Gemini API does not answer: ${path}`, { cause });
    }
    const { statusCode, headers, body } = response;
    if (statusCode === 200) {
      const length = Number(headers['content-length'] ?? Number.NaN);
      return {
        body,
        length: Number.isSafeInteger(length) ? length : null,
        contentType: String(headers['content-type'] ?? 'application/octet-stream'),
      };
    }
    await body.dump({ limit: 64 * 1024, signal: options.signal }).catch(() => undefined);
    throw failure(statusCode, path, headers['retry-after']);
  };
  return {
    get: (name) => call(`/v1beta/${namePath(name)}`),
    download: (fileName) => call(`/v1beta/${namePath(fileName)}:download?alt=media`),
    close: () => agent.close(),
  };
}

function failure(status: number, path: string, retryAfter: string | string[] | undefined): BridgeError {
  const seconds = Number(retryAfter);
  const data = { status, path, retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null };
  const message = `the Gemini API answered ${status}: ${path}`;
  if (status === 404 || status === 410) return new BridgeError('ERR_RESULT_NOT_FOUND', message, { data });
  const transient = status === 408 || status === 429 || status >= 500;
  return new BridgeError(transient ? 'ERR_GEMINI_UNAVAILABLE' : 'ERR_GEMINI_REFUSED', message, { data });
}
