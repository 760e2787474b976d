import { setTimeout as delay } from 'node:timers/promises';
import type { HttpAnswer } from '../client/http-client.ts';
import { retryAfterMs } from './retry-after.ts';

/** Statuses after which the same call may go well a moment later. */
export function isTransient(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

export interface RetryOptions {
  /** Calls in all. */
  readonly attempts: number;
  /** First wait; doubled for each further one, and drawn between its half and its whole. */
  readonly baseMs: number;
  /** No wait is longer; where `Retry-After` asks for more, the answer is handed out as it is. */
  readonly mostMs: number;
  readonly signal: AbortSignal;
  readonly random?: () => number;
  readonly now?: () => number;
}

/**
 * Repeats a call while it fails or answers with a transient status; hands out the last answer, or throws
 * the last error. Only for calls that may be repeated.
 * @param isRetried whether an error may pass
 */
export async function withRetries(
  call: () => Promise<HttpAnswer>,
  isRetried: (error: unknown) => boolean,
  options: RetryOptions,
): Promise<HttpAnswer> {
  const { attempts, baseMs, mostMs, signal, random = Math.random, now = Date.now } = options;
  for (let attempt = 1; ; attempt += 1) {
    const isLast = attempt >= attempts;
    let waitMs = Math.min(baseMs * 2 ** (attempt - 1), mostMs) * (0.5 + random() / 2);
    try {
      const answer = await call();
      if (isLast || !isTransient(answer.status)) return answer;
      const asked = retryAfterMs(answer.headers['retry-after'], now());
      if (asked !== null && asked > mostMs) return answer;
      waitMs = Math.max(waitMs, asked ?? 0);
      answer.body.destroy();
    } catch (error) {
      if (isLast || signal.aborted || !isRetried(error)) throw error;
    }
    await delay(waitMs, undefined, { signal });
  }
}
