import { BridgeError, type ErrorCode } from '@gemini-events/events';
import { type HttpAnswer, readWhole, retryAfterMs } from '@gemini-events/http';

/** An error body is short. */
const MAX_ERROR_BYTES = 64 * 1024;

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

export function errorOfStatus(
  status: number,
  path: string,
  retryAfter: number | null = null,
): BridgeError {
  return new BridgeError(codeOf(status), `the Gemini API answered ${status}: ${path}`, {
    data: { status, path, ...(retryAfter === null ? {} : { retryAfterMs: retryAfter }) },
  });
}

function codeOf(status: number): ErrorCode {
  if (status === 404 || status === 410) return 'ERR_GEMINI_NOT_FOUND';
  if (status === 401 || status === 403) return 'ERR_GEMINI_PERMISSION';
  if (status === 429) return 'ERR_GEMINI_QUOTA';
  if (status === 408 || status >= 500) return 'ERR_GEMINI_UNAVAILABLE';
  return 'ERR_GEMINI_REFUSED';
}
