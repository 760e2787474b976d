import { createHmac, type KeyObject } from 'node:crypto';

/** What a signature covers: id, timestamp as it is sent, raw body (Standard Webhooks 1.0.0). */
export interface SignedContent {
  readonly webhookId: string;
  /** Unix seconds, as they stand in the header. */
  readonly timestamp: string;
  readonly rawBody: Uint8Array;
}

/** What is signed before the body. */
export function signedPrefix({ webhookId, timestamp }: SignedContent): string {
  return `${webhookId}.${timestamp}.`;
}

/** One entry of `webhook-signature`: `v1,` and the base64 of the HMAC-SHA256 over `id.timestamp.body`. */
export function signV1(key: KeyObject, content: SignedContent): string {
  const hmac = createHmac('sha256', key).update(signedPrefix(content)).update(content.rawBody);
  return `v1,${hmac.digest('base64')}`;
}
