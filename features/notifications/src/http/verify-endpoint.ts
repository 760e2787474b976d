import { randomBytes } from 'node:crypto';
import { readSigningKey } from '../keys/signing-keys.ts';
import { ownBody } from '../payload/own-body.ts';
import type { Endpoint } from '../store/endpoints.ts';
import type { ApiParts } from './parts.ts';

const TIMEOUT_MS = 15_000;

/**
 * Sends a challenge, signed with the endpoint's own secrets: who answers with it owns the place, and can
 * read what is sent there.
 * @returns null where it was answered; else what came instead, never the text of the answer
 */
export async function challengeEndpoint(
  parts: Pick<ApiParts, 'secrets' | 'sealer' | 'sender' | 'now'>,
  { id, url }: Pick<Endpoint, 'id' | 'url'>,
): Promise<string | null> {
  const { secrets, sealer, sender, now } = parts;
  const keys = (await secrets.sealed(id)).map(({ kind, sealed }) =>
    readSigningKey(kind, sealer.open(sealed, id)),
  );
  const challenge = randomBytes(32).toString('base64url');
  const { status, error, head } = await sender.send({
    url,
    messageId: `msg_ver_${randomBytes(12).toString('hex')}`,
    body: ownBody('endpoint.verification', now(), { challenge }),
    keys,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (status === null) return `no answer (${error ?? 'ERR_HTTP_UNAVAILABLE'})`;
  if (status < 200 || status > 299) return `status ${status}`;
  return holds(head, challenge) ? null : `status ${status}, without the challenge`;
}

/** As JSON `{"challenge": "…"}`, or as the text alone. */
function holds(head: string, challenge: string): boolean {
  if (head.trim() === challenge) return true;
  try {
    const answer: unknown = JSON.parse(head);
    return (
      typeof answer === 'object' &&
      answer !== null &&
      (answer as { readonly challenge?: unknown }).challenge === challenge
    );
  } catch {
    return false;
  }
}
