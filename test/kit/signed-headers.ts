import type { SignedContent } from '@gemini-events/webhooks';

/** The headers of a delivery that is sent now. */
export function signedHeaders(
  webhookId: string,
  rawBody: Uint8Array,
  sign: (content: SignedContent) => string,
) {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  return {
    'webhook-id': webhookId,
    'webhook-timestamp': timestamp,
    'webhook-signature': sign({ webhookId, timestamp, rawBody }),
  };
}
