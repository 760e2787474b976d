import { timingSafeEqual } from 'node:crypto';
import { TOLERANCE_SECONDS } from '@gemini-events/webhooks';
import { signSlack } from './sign-slack.ts';

export type SlackVerdict =
  | { readonly ok: true }
  /** `malformed`: a header is missing or not as Slack writes it; `stale`: too old, or of the future. */
  | { readonly ok: false; readonly reason: 'malformed' | 'stale' | 'wrong' };

const TIMESTAMP = /^\d{1,12}$/;
const SIGNATURE = /^v0=[0-9a-f]{64}$/;

/**
 * Whether a request is from Slack and not older than five minutes. Within them a replay passes: what it
 * says has to be safe to hear twice.
 * @param request.secrets signing secrets of the app; several during a rotation
 * @param request.timestamp `X-Slack-Request-Timestamp`; empty where it is missing
 * @param request.signature `X-Slack-Signature`; empty where it is missing
 * @param request.body the raw bytes, before anything has read them as a form
 * @param request.nowMs milliseconds since 1970
 */
export function verifySlack(request: {
  readonly secrets: readonly string[];
  readonly timestamp: string;
  readonly signature: string;
  readonly body: Uint8Array;
  readonly nowMs: number;
}): SlackVerdict {
  const { secrets, timestamp, signature, body, nowMs } = request;
  if (!TIMESTAMP.test(timestamp) || !SIGNATURE.test(signature)) return refused('malformed');
  if (Math.abs(nowMs / 1_000 - Number(timestamp)) > TOLERANCE_SECONDS) return refused('stale');
  const given = Buffer.from(signature);
  let genuine = false;
  for (const secret of secrets) {
    // With an empty one anybody could sign.
    if (secret === '') continue;
    if (timingSafeEqual(Buffer.from(signSlack(secret, timestamp, body)), given)) genuine = true;
  }
  return genuine ? { ok: true } : refused('wrong');
}

function refused(reason: 'malformed' | 'stale' | 'wrong'): SlackVerdict {
  return { ok: false, reason };
}
