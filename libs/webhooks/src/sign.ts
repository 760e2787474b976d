import { createHmac, type KeyObject } from 'node:crypto';

/** What a signature covers: id, timestamp as it is sent, raw body (Standard Webhooks 1.0.0). */
export interface SignedContent {
  readonly webhookId: string;
  /** Unix seconds, as they stand in the header. */
  readonly timestamp: string;
  readonly rawBody: Uint8Array;
}

/** HMAC-SHA256 over `id.timestamp.body`: 32 bytes. */
export function v1Digest(key: KeyObject, content: SignedContent): Buffer {
  return createHmac('sha256', key)
    .update(`${content.webhookId}.${content.timestamp}.`)
    .update(content.rawBody)
    .digest();
}

/** One entry of `webhook-signature`: `v1,<base64>`. */
export function signV1(key: KeyObject, content: SignedContent): string {
  return `v1,${v1Digest(key, content).toString('base64')}`;
}
