import type { Readable } from 'node:stream';
import { type ErrorCode, isBridgeError } from '@gemini-events/events';
import { type HttpClient, retryAfterMs } from '@gemini-events/http';
import { type SigningKey, signaturesOf } from '../keys/signing-keys.ts';

const HEAD_BYTES = 1_024;
const MS = 1_000;

export interface OutgoingWebhook {
  readonly url: string;
  /** The `webhook-id`: the same at each attempt. */
  readonly messageId: string;
  readonly body: string;
  readonly keys: readonly SigningKey[];
  readonly signal: AbortSignal;
}

/** What came of one attempt. */
export interface WebhookAnswer {
  /** Null where no answer came. */
  readonly status: number | null;
  readonly error: ErrorCode | null;
  /** What `Retry-After` asks for, from now. */
  readonly retryAfterMs: number | null;
  /** First bytes of the answer as text, to compare: only {@link WebhookAnswer.kept} may be stored. */
  readonly head: string;
  /** The same; empty from an address of our own network. */
  readonly kept: string;
  readonly startedAt: number;
  readonly tookMs: number;
}

export interface WebhookSender {
  /** One attempt. Never throws: what went wrong is in the answer. */
  send(webhook: OutgoingWebhook): Promise<WebhookAnswer>;
}

/**
 * Sends as Standard Webhooks 1.0.0 has it: signed over the very bytes, the id the same at each attempt,
 * the time that of the attempt. No redirect is followed, and each attempt checks the address anew.
 * @param isOwn whether an origin is of the operator's own network: of what it answers nothing is kept
 */
export function createWebhookSender(options: {
  readonly http: HttpClient;
  readonly isOwn: (origin: string) => boolean;
  readonly now: () => number;
}): WebhookSender {
  const { http, isOwn, now } = options;
  return {
    async send({ url, messageId, body, keys, signal }) {
      const startedAt = now();
      const timestamp = String(Math.floor(startedAt / MS));
      const rawBody = Buffer.from(body);
      const base = { status: null, retryAfterMs: null, head: '', kept: '', startedAt };
      try {
        const answer = await http.open({
          url,
          method: 'POST',
          maxRedirects: 0,
          signal,
          body: rawBody,
          headers: {
            'content-type': 'application/json',
            'user-agent': 'gemini-events',
            'webhook-id': messageId,
            'webhook-timestamp': timestamp,
            'webhook-signature': signaturesOf(keys, { webhookId: messageId, timestamp, rawBody }),
          },
        });
        const head = await readHead(answer.body);
        return {
          status: answer.status,
          error: null,
          retryAfterMs: retryAfterMs(answer.headers['retry-after'], now()),
          head,
          kept: isOwn(new URL(url).origin) ? '' : head,
          startedAt,
          tookMs: now() - startedAt,
        };
      } catch (error) {
        const code = isBridgeError(error) ? error.code : 'ERR_HTTP_UNAVAILABLE';
        return { ...base, error: code, tookMs: now() - startedAt };
      }
    },
  };
}

/** The beginning of a body; an end that breaks off does not change that there was an answer. */
async function readHead(body: Readable): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      parts.push(part);
      bytes += part.length;
      if (bytes >= HEAD_BYTES) break;
    }
  } catch {
    // What came is what is told.
  }
  body.destroy();
  return Buffer.concat(parts).toString('utf8', 0, HEAD_BYTES);
}
