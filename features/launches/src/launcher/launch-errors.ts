import { BridgeError, ERROR_CODES, type ErrorCode } from '@gemini-events/events';
import type { Launch, LaunchError } from '../store/launches.ts';

/** What passes by itself, or was never sent: the same key may be called again. */
const PASSING: ReadonlySet<string> = new Set<ErrorCode>([
  'ERR_GEMINI_QUOTA',
  'ERR_GEMINI_UNAVAILABLE',
  'ERR_HTTP_REFUSED',
]);

export function isPassingRefusal(error: LaunchError | null): boolean {
  return error === null || PASSING.has(error.code);
}

/** What the ledger remembers of a call that was refused for good. */
export function rememberedRefusal({ key, error }: Launch): BridgeError {
  const code = error?.code ?? '';
  return new BridgeError(
    code in ERROR_CODES ? (code as ErrorCode) : 'ERR_GEMINI_REFUSED',
    error?.message ?? 'a call was refused',
    { data: { key, isRemembered: true } },
  );
}

export function conflict(key: string): BridgeError {
  return new BridgeError('ERR_LAUNCH_CONFLICT', 'the key of a launch belongs to another request', {
    data: { key },
  });
}

export function held(key: string, reason: string): BridgeError {
  return new BridgeError('ERR_LAUNCH_HELD', `a call that costs money is held: ${reason}`, {
    data: { key, reason },
  });
}

/** Its own time was over, or nobody wanted it any more, before it was made. */
export function notCalled(why: string): BridgeError {
  return new BridgeError('ERR_GEMINI_UNAVAILABLE', `the Gemini API was not called: ${why}`);
}

/** The job is there, and the ledger could not be told. */
export function untold(key: string, resourceId: string, cause: unknown): BridgeError {
  return new BridgeError(
    'ERR_LAUNCH_UNCLEAR',
    `${resourceId} was made, but the ledger could not be told`,
    { cause, data: { key, resourceId } },
  );
}
