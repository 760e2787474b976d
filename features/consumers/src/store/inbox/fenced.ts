import { BridgeError } from '@gemini-events/events';
import type { InboxKey } from './inbox.ts';

export function fenced({ consumer, source, id }: InboxKey): BridgeError {
  return new BridgeError(
    'ERR_CONSUMER_FENCED',
    `the lease of ${id} was lost: another instance decides about it`,
    { data: { consumer, source, id } },
  );
}
