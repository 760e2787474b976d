import { deadLetter, type Outcome, retryLater } from '@gemini-events/consumer';
import { type BridgeError, type ErrorCode, isBridgeError } from '@gemini-events/events';

/** How long Gemini keeps an output (contract notes 3.3). */
export const OUTPUT_LIFETIME_MS = 48 * 3_600_000;

/** What no further try changes. */
const FINAL: readonly ErrorCode[] = [
  'ERR_RESULT_POINTER',
  'ERR_GEMINI_REFUSED',
  'ERR_GEMINI_PERMISSION',
  'ERR_HTTP_REFUSED',
  'ERR_JOB_FOREIGN',
];

/**
 * A dead letter for what no further try changes, a later try not before the time that was asked for.
 * @param occurredAt when the job ended: after 48 hours what cannot be found has expired
 * @throws the error itself where it may pass: its code is kept
 */
export function outcomeOfError(error: unknown, occurredAt: number, now: number): Outcome {
  if (!isBridgeError(error)) throw error;
  const isExpired = now - occurredAt > OUTPUT_LIFETIME_MS;
  // Gemini says of files that are gone that they may not be seen.
  if (isExpired && isBridgeError(error, 'ERR_GEMINI_NOT_FOUND', 'ERR_GEMINI_PERMISSION')) {
    return deadLetter('ERR_RESULT_EXPIRED', `not fetched within 48 hours: ${error.message}`);
  }
  if (error.code === 'ERR_GEMINI_NOT_FOUND') return dead('ERR_RESULT_NOT_FOUND', error);
  if (error.code === 'ERR_HTTP_TOO_LARGE') return dead('ERR_RESULT_TOO_LARGE', error);
  if (FINAL.includes(error.code)) return dead(error.code, error);
  const afterMs = error.data['retryAfterMs'];
  if (typeof afterMs !== 'number') throw error;
  return retryLater(error.message, { afterMs, code: error.code });
}

function dead(code: ErrorCode, { message }: BridgeError): Outcome {
  return deadLetter(code, message);
}
