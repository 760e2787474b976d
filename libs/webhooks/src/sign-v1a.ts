import { type KeyObject, sign } from 'node:crypto';
import type { SignedContent } from './sign.ts';

/** One entry of `webhook-signature` for dynamic webhooks: `v1a,<base64>`, Ed25519 over `id.timestamp.body`. */
export function signV1a(privateKey: KeyObject, content: SignedContent): string {
  const head = Buffer.from(`${content.webhookId}.${content.timestamp}.`);
  return `v1a,${sign(null, Buffer.concat([head, content.rawBody]), privateKey).toString('base64')}`;
}
