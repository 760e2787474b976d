import { parseSecret, signV1 } from '@gemini-events/webhooks';
import { signedHeaders } from './signed-headers.ts';

/** Sends a rightly signed delivery; gives the status of the answer. */
export async function deliverSigned(
  url: string,
  secret: string,
  webhookId: string,
  body: string,
): Promise<number> {
  const parsed = parseSecret(secret);
  if (!parsed.ok) throw new Error(parsed.fault);
  const headers = signedHeaders(webhookId, Buffer.from(body), (content) =>
    signV1(parsed.key, content),
  );
  return (await fetch(url, { method: 'POST', headers, body })).status;
}
