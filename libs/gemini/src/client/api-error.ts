import { BridgeError, type ErrorCode } from '@gemini-events/events';
import { type HttpAnswer, readWhole, retryAfterMs } from '@gemini-events/http';
import { textAt } from '../json/at.ts';

/** An error body is short. */
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_REASON_CHARACTERS = 300;

/**
 * What an answer of the API that is no success means: ERR_GEMINI_NOT_FOUND, ERR_GEMINI_PERMISSION,
 * ERR_GEMINI_QUOTA and ERR_GEMINI_UNAVAILABLE (both with `retryAfterMs`), or ERR_GEMINI_REFUSED. Reads the
 * body, so that its connection can be used again.
 */
export async function apiError(
  answer: HttpAnswer,
  path: string,
  nowMs: number,
): Promise<BridgeError> {
  await readWhole(answer, MAX_ERROR_BYTES).catch(() => undefined);
  return errorOfStatus(answer.status, path, retryAfterMs(answer.headers['retry-after'], nowMs));
}

/** As {@link apiError}, with what the API says about a request that was ours: which part it did not take. */
export async function apiErrorWithReason(
  answer: HttpAnswer,
  path: string,
  nowMs: number,
): Promise<BridgeError> {
  const body = await readWhole(answer, MAX_ERROR_BYTES).catch(() => null);
  const retryAfter = retryAfterMs(answer.headers['retry-after'], nowMs);
  return errorOfStatus(answer.status, path, retryAfter, reasonIn(body));
}

export function errorOfStatus(
  status: number,
  path: string,
  retryAfter: number | null = null,
  reason: string | null = null,
): BridgeError {
  const why = reason === null ? '' : `: ${reason}`;
  return new BridgeError(codeOf(status), `the Gemini API answered ${status}: ${path}${why}`, {
    data: { status, path, ...(retryAfter === null ? {} : { retryAfterMs: retryAfter }) },
  });
}

/** An answer that is not what it should be. */
export function unreadable(name: string, cause: unknown): BridgeError {
  return new BridgeError('ERR_GEMINI_UNAVAILABLE', `the answer about ${name} cannot be read`, {
    cause,
  });
}

function codeOf(status: number): ErrorCode {
  if (status === 404 || status === 410) return 'ERR_GEMINI_NOT_FOUND';
  if (status === 401 || status === 403) return 'ERR_GEMINI_PERMISSION';
  if (status === 429) return 'ERR_GEMINI_QUOTA';
  if (status === 408 || status >= 500) return 'ERR_GEMINI_UNAVAILABLE';
  return 'ERR_GEMINI_REFUSED';
}

/** `{"error":{"message":…}}` in one line. */
function reasonIn(body: Buffer | null): string | null {
  if (body === null) return null;
  try {
    const message = textAt(JSON.parse(body.toString()), 'error', 'message');
    return message?.replace(/\s+/g, ' ').slice(0, MAX_REASON_CHARACTERS) ?? null;
  } catch {
    return null;
  }
}
