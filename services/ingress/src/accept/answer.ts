import type { ErrorCode } from '@gemini-events/events';
import { problemBody, type Status } from './problem.ts';
import type { RefusalReason, Verdict } from './verdict.ts';

/** An HTTP answer, apart from its form. All are made in advance: a flood of forgeries is answered cheaply. */
export interface Answer {
  readonly status: Status;
  /** A problem by RFC 9457; empty where all is well. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const NONE = {};
const refusal = (status: Status, code: ErrorCode, detail: string): Answer => ({
  status,
  body: problemBody(status, code, detail),
  headers: NONE,
});

const ACCEPTED: Answer = { status: 202, body: '', headers: NONE };
const UNAVAILABLE = refusal(
  503,
  'ERR_INGRESS_UNAVAILABLE',
  'The delivery cannot be stored now; send it again.',
);

/** One answer for everything that does not verify: it tells a forger nothing. */
const UNAUTHORIZED = refusal(401, 'ERR_INGRESS_UNAUTHORIZED', 'The delivery does not verify.');
const HEADERS = refusal(
  400,
  'ERR_INGRESS_HEADERS_INVALID',
  'webhook-id, webhook-timestamp and webhook-signature must be there and well-formed.',
);

const REFUSALS: Readonly<Record<RefusalReason, Answer>> = {
  path_unknown: refusal(404, 'ERR_INGRESS_PATH_UNKNOWN', 'No webhook is served here.'),
  method_not_allowed: {
    ...refusal(405, 'ERR_INGRESS_METHOD_NOT_ALLOWED', 'Deliveries come by POST.'),
    headers: { allow: 'POST' },
  },
  body_too_large: refusal(413, 'ERR_INGRESS_BODY_TOO_LARGE', 'The body is over the size limit.'),
  headers_missing: HEADERS,
  headers_malformed: HEADERS,
  timestamp_stale: UNAUTHORIZED,
  signature_wrong: UNAUTHORIZED,
  too_many_failures: {
    ...refusal(429, 'ERR_INGRESS_TOO_MANY_FAILURES', 'Too many deliveries did not verify.'),
    headers: { 'retry-after': '10' },
  },
};

/** Senders shall come back soon, and not all at once. */
const MIN_RETRY_S = 1;
const RETRY_SPAN_S = 5;

/** @param random uniform in [0, 1) */
export function answerOf(verdict: Verdict, random: () => number): Answer {
  if (verdict.verdict === 'accepted') return ACCEPTED;
  if (verdict.verdict === 'refused') return REFUSALS[verdict.reason];
  const seconds = MIN_RETRY_S + Math.floor(random() * RETRY_SPAN_S);
  return { ...UNAVAILABLE, headers: { 'retry-after': String(seconds) } };
}
