import type { Readable } from 'node:stream';
import { BridgeError, isBridgeError } from '@gemini-events/events';
import { type Dispatcher, request } from 'undici';
import { type CheckedUrl, checkUrl } from '../url/check-url.ts';
import type { OutgoingPolicy } from '../url/policy.ts';

export interface HttpRequest {
  readonly url: string;
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent to this origin only, and only while a request has been nowhere else. */
  readonly credentials?: {
    readonly origin: string;
    readonly headers: Readonly<Record<string, string>>;
  };
  readonly body?: string | Buffer;
  readonly signal: AbortSignal;
  /** Redirects that a GET follows, each hop checked like the first; others get the answer as it is. @default 5 */
  readonly maxRedirects?: number;
}

/** An answer whose body has not been read: read it to its end, or destroy it. */
export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names; the first value where there are several. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

export interface HttpClient {
  /**
   * Resolves with any status once the head of the answer is there.
   * @throws BridgeError ERR_HTTP_REFUSED the URL, a redirect or an address is not allowed;
   * ERR_HTTP_UNAVAILABLE no answer, or none in time
   */
  open(request: HttpRequest): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** A client over a dispatcher of undici; `createDispatcher` makes the one that guards its sockets. */
export function createHttpClient(options: {
  readonly policy: OutgoingPolicy;
  readonly dispatcher: Dispatcher;
  /** Longest time from the call to the end of the body, redirects included. */
  readonly totalTimeoutMs: number;
}): HttpClient {
  const { policy, dispatcher, totalTimeoutMs } = options;
  return {
    async open(asked) {
      const signal = AbortSignal.any([asked.signal, AbortSignal.timeout(totalTimeoutMs)]);
      let hop = checkUrl(asked.url, policy);
      // Both end with the first hop elsewhere: who redirects must not make use of them.
      let isOwn = hop.isOwn;
      let isCredentialed = asked.credentials?.origin === hop.url.origin;
      for (let redirects = 0; ; redirects += 1) {
        const response = await send(hop, asked, { signal, dispatcher, isCredentialed });
        const next = redirectOf(response, asked);
        if (next === null) return answerOf(response);
        await response.body.dump({ limit: 64 * 1024 }).catch(() => undefined);
        if (redirects === (asked.maxRedirects ?? 5)) {
          throw unavailable(hop, `more than ${redirects} redirects`, null);
        }
        hop = checkUrl(URL.parse(next, hop.url.href)?.href ?? next, policy, isOwn);
        isOwn &&= hop.isOwn;
        isCredentialed &&= asked.credentials?.origin === hop.url.origin;
      }
    },
    close: () => dispatcher.destroy(),
  };
}

async function send(
  { url }: CheckedUrl,
  asked: HttpRequest,
  how: {
    readonly signal: AbortSignal;
    readonly dispatcher: Dispatcher;
    readonly isCredentialed: boolean;
  },
): Promise<Dispatcher.ResponseData> {
  try {
    return await request(url, {
      method: asked.method ?? 'GET',
      dispatcher: how.dispatcher,
      signal: how.signal,
      headers: { ...asked.headers, ...(how.isCredentialed ? asked.credentials?.headers : {}) },
      ...(asked.body === undefined ? {} : { body: asked.body }),
    });
  } catch (cause) {
    if (isBridgeError(cause)) throw cause;
    throw unavailable({ url }, 'no answer', cause);
  }
}

function redirectOf(response: Dispatcher.ResponseData, asked: HttpRequest): string | null {
  if ((asked.method ?? 'GET') !== 'GET' || asked.maxRedirects === 0) return null;
  const location = response.headers['location'];
  return REDIRECTS.has(response.statusCode) && typeof location === 'string' ? location : null;
}

function answerOf({ statusCode, headers, body }: Dispatcher.ResponseData): HttpAnswer {
  const flat = Object.entries(headers).flatMap(([name, value]) => {
    const first = Array.isArray(value) ? value[0] : value;
    return first === undefined ? [] : [[name, first] as const];
  });
  // A body that is destroyed before its end emits an error, which without a listener ends the process.
  body.on('error', () => undefined);
  return { status: statusCode, headers: Object.fromEntries(flat), body };
}

/** Says the host only: a path or query may hold what is secret. */
function unavailable({ url }: Pick<CheckedUrl, 'url'>, why: string, cause: unknown): BridgeError {
  return new BridgeError('ERR_HTTP_UNAVAILABLE', `${url.host}: ${why}`, {
    ...(cause === null ? {} : { cause }),
    data: { host: url.host },
  });
}
