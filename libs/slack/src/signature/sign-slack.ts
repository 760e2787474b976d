import { createHmac } from 'node:crypto';

/**
 * `X-Slack-Signature` of a request: `v0=` and the HMAC-SHA256, hex, over `v0:timestamp:body` (Slack,
 * "Verifying requests from Slack").
 * @param secret the app's signing secret, used as text
 * @param timestamp `X-Slack-Request-Timestamp`, as it is sent
 * @param body the raw bytes
 */
export function signSlack(secret: string, timestamp: string, body: Uint8Array): string {
  const hmac = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body);
  return `v0=${hmac.digest('hex')}`;
}
