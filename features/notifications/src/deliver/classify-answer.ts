import type { AttemptResult } from './attempt.ts';
import type { WebhookAnswer } from './send-webhook.ts';

/** Statuses that ask for a slower pace (Standard Webhooks 1.0.0, "Response codes"). */
const THROTTLING = new Set([429, 502, 503, 504]);

/** What an endpoint's answer means: success is 2xx and nothing else, redirects included. */
export function classifyAnswer(answer: WebhookAnswer): AttemptResult {
  const { status, error, retryAfterMs: afterMs, kept, startedAt, tookMs } = answer;
  const about = { status, afterMs, answer: kept, startedAt, tookMs };
  if (status === null) return { ...about, kind: 'failed', error: error ?? 'ERR_HTTP_UNAVAILABLE' };
  if (status >= 200 && status < 300) return { ...about, kind: 'delivered', error: null };
  if (status === 410) return { ...about, kind: 'gone', error: 'ERR_ENDPOINT_GONE' };
  const kind = THROTTLING.has(status) ? 'throttled' : 'failed';
  return { ...about, kind, error: 'ERR_ENDPOINT_STATUS' };
}
