import { BridgeError } from '@gemini-events/events';

/** ERR_HTTP_TOO_LARGE: `what` is longer than what is read of it. */
export function tooLarge(what: string, maxBytes: number): BridgeError {
  return new BridgeError('ERR_HTTP_TOO_LARGE', `${what} is longer than ${maxBytes} bytes`, {
    data: { maxBytes },
  });
}
