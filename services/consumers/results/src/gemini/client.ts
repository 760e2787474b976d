import type { Readable } from 'node:stream';
import { BridgeError } from '@gemini-events/events';
import { Agent, type Dispatcher, request } from 'undici';
import { namePath } from './resource-name.ts';

/** An answer whose body has not been read yet: read it to its end, or destroy it. */
export interface Download {
  readonly body: Readable;
  /** From Content-Length; null where the server did not say. */
  readonly length: number | null;
  readonly contentType: string;
}

/** The calls of the Gemini API that the results consumer makes. All go to one host. */
export interface GeminiClient {
  /**
   * Asks for a resource by its name, for example `batches/b1`.
   * @throws BridgeError ERR_RESULT_NOT_FOUND, ERR_GEMINI_UNAVAILABLE, ERR_GEMINI_REFUSED
   */
  get(name: string, signal: AbortSignal): Promise<Download>;
  /** Downloads a file `files/<id>`, without asking for its metadata (hazard 19). Throws as `get`. */
  download(fileName: string, signal: AbortSignal): Promise<Download>;
  close(): Promise<void>;
}

/**
 * A client with one host and one key. Redirects are refused (ERR_GEMINI_REFUSED): the key must not
 * reach a host that a redirect names.
 */
export function createGeminiClient(options: {
  readonly baseUrl: string;
  readonly apiKey: () => string;
  /** Longest silence, before an answer and within its body. */
  readonly idleTimeoutMs: number;
  /** Longest time from the call to the end of the body. */
  readonly totalTimeoutMs: number;
}): GeminiClient {
  const { baseUrl, idleTimeoutMs, totalTimeoutMs } = options;
  const agent = new Agent({
    connectTimeout: idleTimeoutMs,
    headersTimeout: idleTimeoutMs,
    bodyTimeout: idleTimeoutMs,
    connections: 32,
  });
  const call = async (path: string, signal: AbortSignal): Promise<Download> => {
    let response: Dispatcher.ResponseData;
    try {
      response = await request(baseUrl + path, {
        dispatcher: agent,
        signal: AbortSignal.any([signal, AbortSignal.timeout(totalTimeoutMs)]),
        // The bytes are stored as they come: an encoding in between would be stored too.
        headers: { 'x-goog-api-key': options.apiKey(), 'accept-encoding': 'identity' },
      });
    } catch (cause) {
      const message = `the Gemini API does not answer: ${path}`;
      throw new BridgeError('ERR_GEMINI_UNAVAILABLE', message, { cause });
    }
    const { statusCode, headers, body } = response;
    if (statusCode === 200) {
      const contentLength = headers['content-length'];
      return {
        body,
        length: typeof contentLength === 'string' ? Number(contentLength) : null,
        contentType: String(headers['content-type'] ?? 'application/octet-stream'),
      };
    }
    // An error body is short; read, it leaves the connection usable.
    await body.dump({ limit: 64 * 1024 }).catch(() => undefined);
    throw failure(statusCode, path);
  };
  return {
    get: (name, signal) => call(`/v1beta/${namePath(name)}`, signal),
    download: (name, signal) => call(`/v1beta/${namePath(name)}:download?alt=media`, signal),
    close: () => agent.destroy(),
  };
}

function failure(status: number, path: string): BridgeError {
  const data = { status, path };
  const message = `the Gemini API answered ${status}: ${path}`;
  if (status === 404 || status === 410) {
    return new BridgeError('ERR_RESULT_NOT_FOUND', message, { data });
  }
  const isTransient = status === 408 || status === 429 || status >= 500;
  const code = isTransient ? 'ERR_GEMINI_UNAVAILABLE' : 'ERR_GEMINI_REFUSED';
  return new BridgeError(code, message, { data });
}
