import type { KeyObject } from 'node:crypto';
import { createV1Verifier } from '@gemini-events/webhooks';
import { PROJECT, SIGNATURE_WRONG, type Source } from './source.ts';

/** A source whose deliveries are signed with shared secrets; each of them is valid. */
export function staticSource(
  name: string,
  keys: readonly KeyObject[],
  labels: Readonly<Record<string, string>> = {},
): Source {
  const verify = createV1Verifier(keys);
  return {
    name,
    labels,
    isDynamic: false,
    ownerKey: null,
    verify({ headers: { id, timestamp, signature }, rawBody }) {
      return verify({ webhookId: id, timestamp, rawBody }, signature) ? PROJECT : SIGNATURE_WRONG;
    },
  };
}
