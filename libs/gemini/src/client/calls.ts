import { BridgeError, isBridgeError } from '@gemini-events/events';
import {
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
  withRetries,
} from '@gemini-events/http';
import { apiError } from './api-error.ts';

/** Calls in all before an error is handed out; whoever calls has a longer patience of its own. */
const ATTEMPTS = 3;
const FIRST_WAIT_MS = 250;
/** A longer `Retry-After` is handed out with the error. */
const LONGEST_WAIT_MS = 3_000;
const VERSION = 'v1beta';
/** The bytes are stored as they come: an encoding in between would be stored too. */
const IDENTITY = { 'accept-encoding': 'identity' };

/** How all calls of the API are made: guarded, with our key for its own origin, and its version. */
export interface Calls {
  /** Repeated a few times while it may pass. ERR_GEMINI_UNAVAILABLE where nobody answers. */
  readonly open: (request: HttpRequest) => Promise<HttpAnswer>;
  /** Goes out once, whatever comes of it. */
  readonly once: (request: HttpRequest) => Promise<HttpAnswer>;
  /** As `open`; other answers than 200 are thrown. */
  readonly succeed: (request: HttpRequest) => Promise<HttpAnswer>;
  readonly credentials: () => NonNullable<HttpRequest['credentials']>;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly version: string;
  readonly now: () => number;
}

export function createCalls(options: {
  readonly http: HttpClient;
  readonly baseUrl: string;
  readonly apiKey: () => string;
  readonly now: () => number;
  readonly random: () => number;
}): Calls {
  const { http, baseUrl, apiKey, now, random } = options;
  const { origin } = new URL(baseUrl);

  const openIn = async (attempts: number, request: HttpRequest): Promise<HttpAnswer> => {
    const call = () => http.open({ ...request, headers: { ...IDENTITY, ...request.headers } });
    const isRetried = (error: unknown): boolean => isBridgeError(error, 'ERR_HTTP_UNAVAILABLE');
    const { signal } = request;
    try {
      return await withRetries(call, isRetried, {
        attempts,
        baseMs: FIRST_WAIT_MS,
        mostMs: LONGEST_WAIT_MS,
        signal,
        random,
        now,
      });
    } catch (cause) {
      if (!isRetried(cause)) throw cause;
      const path = pathOf(request);
      const message = `the Gemini API does not answer: ${path}`;
      throw new BridgeError('ERR_GEMINI_UNAVAILABLE', message, { cause });
    }
  };
  const open = (request: HttpRequest): Promise<HttpAnswer> => openIn(ATTEMPTS, request);

  return {
    open,
    once: (request) => openIn(1, request),
    async succeed(request) {
      const answer = await open(request);
      if (answer.status === 200) return answer;
      throw await apiError(answer, pathOf(request), now());
    },
    credentials: () => ({ origin, headers: { 'x-goog-api-key': apiKey() } }),
    baseUrl,
    version: VERSION,
    now,
  };
}

export function pathOf({ url }: Pick<HttpRequest, 'url'>): string {
  return new URL(url).pathname;
}
