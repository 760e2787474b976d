import { isBridgeError } from '@gemini-events/events';

/** Codes of a connection that was never made. */
const UNCONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
const DEEPEST = 5;

/**
 * Whether a failed call has certainly sent nothing: its URL or address was refused by our own guard, or
 * there was no connection. All other errors may come after the server has read the request.
 */
export function isNeverSent(error: unknown): boolean {
  let current: unknown = error;
  for (let depth = 0; depth < DEEPEST && current instanceof Error; depth += 1) {
    if (isBridgeError(current, 'ERR_HTTP_REFUSED')) return true;
    const { code } = current as { readonly code?: unknown };
    if (typeof code === 'string' && UNCONNECTED.has(code)) return true;
    current = current.cause;
  }
  return false;
}
