import { BridgeError, isBridgeError } from '@gemini-events/events';
import {
  type Download,
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
  startDownload,
  withRetries,
} from '@gemini-events/http';
import { namePath } from '../names/resource-name.ts';
import { apiError, errorOfStatus } from './api-error.ts';
import { createSdk, type Sdk } from './sdk.ts';

/** Calls in all before an error is handed out; whoever calls has a longer patience of its own. */
const ATTEMPTS = 3;
const FIRST_WAIT_MS = 250;
/** A longer `Retry-After` is handed out with the error. */
const LONGEST_WAIT_MS = 3_000;
const VERSION = 'v1beta';

interface DownloadRequest {
  readonly signal: AbortSignal;
  readonly maxBytes: number;
  readonly onResume?: (at: number, error: unknown) => void;
}

/**
 * The calls of the Gemini API that the bridge makes with its own key. All of them throw BridgeError
 * ERR_GEMINI_NOT_FOUND, ERR_GEMINI_PERMISSION, ERR_GEMINI_QUOTA, ERR_GEMINI_UNAVAILABLE or
 * ERR_GEMINI_REFUSED, and ERR_HTTP_REFUSED where a redirect leads where it must not.
 */
export interface Gemini {
  /** An answer of any length about `batches/<id>` or `interactions/<id>`, unread. */
  ask(name: string, signal: AbortSignal): Promise<HttpAnswer>;
  /** Downloads `files/<id>`, without asking for its metadata (hazard 19). */
  download(fileName: string, request: DownloadRequest): Promise<Download>;
  /** Downloads from another host that the policy of the HTTP client allows; without the key. */
  downloadFrom(url: string, request: DownloadRequest): Promise<Download>;
  /** Google's own SDK over the same guarded HTTP client. Its errors are `ApiError`; see `sdkError`. */
  readonly sdk: Sdk;
}

/**
 * @param options.http its policy has the origin of `baseUrl` among its own ones
 */
export function createGemini(options: {
  readonly http: HttpClient;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly apiKey: () => string;
  readonly now?: () => number;
  readonly random?: () => number;
  /** First wait before the rest of a download that broke off is asked for. @default 250 */
  readonly resumeWaitMs?: number;
}): Gemini {
  const { http, baseUrl, apiKey, now = Date.now, random = Math.random } = options;
  const { origin } = new URL(baseUrl);
  const credentials = () => ({ origin, headers: { 'x-goog-api-key': apiKey() } });
  /** The bytes are stored as they come: an encoding in between would be stored too. */
  const identity = { 'accept-encoding': 'identity' };

  const open = async (request: HttpRequest): Promise<HttpAnswer> => {
    const call = () => http.open({ ...request, headers: { ...identity, ...request.headers } });
    const isRetried = (error: unknown): boolean => isBridgeError(error, 'ERR_HTTP_UNAVAILABLE');
    const { signal } = request;
    try {
      return await withRetries(call, isRetried, {
        attempts: ATTEMPTS,
        baseMs: FIRST_WAIT_MS,
        mostMs: LONGEST_WAIT_MS,
        signal,
        random,
        now,
      });
    } catch (cause) {
      if (!isRetried(cause)) throw cause;
      const path = new URL(request.url).pathname;
      const message = `the Gemini API does not answer: ${path}`;
      throw new BridgeError('ERR_GEMINI_UNAVAILABLE', message, { cause });
    }
  };
  const succeed = async (request: HttpRequest): Promise<HttpAnswer> => {
    const answer = await open(request);
    if (answer.status === 200) return answer;
    throw await apiError(answer, new URL(request.url).pathname, now());
  };
  const download = async (
    request: Omit<HttpRequest, 'signal'>,
    how: DownloadRequest,
  ): Promise<Download> => {
    const { signal } = how;
    const first = await succeed({ ...request, signal });
    const { resumeWaitMs: waitMs } = options;
    const given = startDownload(
      first,
      (headers) => http.open({ ...request, headers: { ...identity, ...headers }, signal }),
      waitMs === undefined ? how : { ...how, waitMs },
    );
    return { ...given, body: withApiErrors(given.body, new URL(request.url).pathname) };
  };

  return {
    ask: (name, signal) =>
      succeed({
        url: `${baseUrl}/${VERSION}/${namePath(name)}`,
        credentials: credentials(),
        signal,
      }),
    download: (fileName, how) =>
      download(
        {
          url: `${baseUrl}/${VERSION}/${namePath(fileName)}:download?alt=media`,
          credentials: credentials(),
        },
        how,
      ),
    downloadFrom: (url, how) => download({ url }, how),
    sdk: createSdk({ open, baseUrl, credentials, version: VERSION }),
  };
}

/** Errors of a body that broke off, in the terms of this client. */
async function* withApiErrors(body: Download['body'], path: string): Download['body'] {
  try {
    yield* body;
  } catch (error) {
    if (isBridgeError(error, 'ERR_HTTP_STATUS'))
      throw errorOfStatus(Number(error.data['status']), path);
    if (!isBridgeError(error, 'ERR_HTTP_UNAVAILABLE')) throw error;
    throw new BridgeError('ERR_GEMINI_UNAVAILABLE', `${error.message}: ${path}`, { cause: error });
  }
}
