import { isBridgeError } from '@gemini-events/events';

/** What is done about a failed try. */
export type Decision =
  | { readonly kind: 'again'; readonly waitMs: number }
  | { readonly kind: 'dead-letter' }
  /** Our own Kafka or registry is away: no event is to blame, and no dead letter could be written. */
  | { readonly kind: 'blocked' };

const MAX_WAIT_MS = 30_000;
const MAX_ASKED_WAIT_MS = 120_000;

/**
 * Decides about a failed try: waits double with jitter and are never shorter than the server asked for
 * (up to 2 min). With the defaults, 7 tries take 30 to 61 s.
 *
 * @param options.attempt of the try that failed, from 1
 * @param options.random uniform in [0, 1)
 */
export function decideRetry(
  error: unknown,
  options: {
    readonly attempt: number;
    readonly maxAttempts: number;
    readonly firstWaitMs: number;
    readonly random: () => number;
  },
): Decision {
  const { attempt, maxAttempts, firstWaitMs, random } = options;
  const isBlocked = isBridgeError(
    error,
    'ERR_KAFKA_UNAVAILABLE',
    'ERR_REGISTRY_UNAVAILABLE',
    'ERR_SCHEMA_MISSING',
  );
  if (isBlocked) return { kind: 'blocked' };
  const isFinal = isBridgeError(
    error,
    'ERR_RESULT_NOT_FOUND',
    'ERR_RESULT_POINTER',
    'ERR_RESULT_TOO_LARGE',
    'ERR_GEMINI_REFUSED',
    'ERR_JOB_FOREIGN',
    'ERR_SCHEMA_UNKNOWN',
  );
  if (isFinal || attempt >= maxAttempts) return { kind: 'dead-letter' };
  const limitMs = Math.min(firstWaitMs * 2 ** (attempt - 1), MAX_WAIT_MS);
  const askedMs = isBridgeError(error) ? Number(error.data['retryAfterMs'] ?? 0) : 0;
  const ownMs = Math.round(limitMs * (0.5 + random() / 2));
  return { kind: 'again', waitMs: Math.max(ownMs, Math.min(askedMs, MAX_ASKED_WAIT_MS)) };
}
