import { BridgeError } from '@gemini-events/events';
import type { Secret } from '@gemini-events/service';
import { createV1Verifier, parseSecret } from '@gemini-events/webhooks';
import type { Proof, Source } from './sources.ts';

/** A right HMAC proves that our own project's webhook sent it: the secret is ours. */
const PROJECT: Proof = { scheme: 'v1', trust: 'project' };

/**
 * A source whose deliveries are signed with shared secrets; each of them is valid.
 * @throws BridgeError ERR_CONFIG_INVALID
 */
export function staticSource(
  name: string,
  secrets: readonly Secret[],
  labels: Readonly<Record<string, string>> = {},
): Source {
  const keys = secrets.map((secret) => {
    const parsed = parseSecret(secret.reveal());
    if (!parsed.ok)
      throw new BridgeError('ERR_CONFIG_INVALID', `a secret of ${name} ${parsed.fault}`);
    return parsed.key;
  });
  const verify = createV1Verifier(keys);
  return {
    name,
    labels,
    verify({ id, timestamp, signature }, rawBody) {
      return verify({ webhookId: id, timestamp, rawBody }, signature) ? PROJECT : null;
    },
  };
}
