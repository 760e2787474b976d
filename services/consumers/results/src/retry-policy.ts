import { isBridgeError } from '@gemini-events/events';

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 30_000;

/**
 * How long to wait before the next try; null when trying again is of no use. Doubling with jitter, never
 * shorter than the server asked for.
 *
 * @param attempt of the try that failed, from 1
 * @param random uniform in [0, 1)
 */
export function retryWaitMs(
  error: unknown,
  attempt: number,
  maxAttempts: number,
  random: () => number,
): number | null {
  if (attempt >= maxAttempts) return null;
  const isFinal = isBridgeError(
    error,
    'ERR_RESULT_NOT_FOUND',
    'ERR_RESULT_POINTER',
    'ERR_GEMINI_REFUSED',
    'ERR_SCHEMA_UNKNOWN',
  );
  if (isFinal) return null;
  const limit = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), MAX_WAIT_MS);
  const asked = isBridgeError(error) ? Number(error.data['retryAfterMs'] ?? 0) : 0;
  return Math.max(Math.round(limit * (0.5 + random() / 2)), Math.min(asked, MAX_WAIT_MS));
}
