import { parseSecret, signV1 } from '@gemini-events/webhooks';

/** Sends a rightly signed delivery; gives the status of the answer. */
export async function deliverSigned(
  url: string,
  secret: string,
  webhookId: string,
  body: string,
): Promise<number> {
  const parsed = parseSecret(secret);
  if (!parsed.ok) throw new Error(parsed.fault);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = signV1(parsed.key, { webhookId, timestamp, rawBody: Buffer.from(body) });
  const headers = {
    'webhook-id': webhookId,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  };
  return (await fetch(url, { method: 'POST', headers, body })).status;
}
