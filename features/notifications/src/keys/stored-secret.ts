import { randomBytes } from 'node:crypto';
import type { NewStoredSecret } from '../store/secret-sql.ts';
import type { Sealer } from './sealer.ts';
import { makeSecret, type SecretKind } from './signing-keys.ts';

/**
 * A new secret of an endpoint: sealed for the database, and what may be shown of it, once. A private key
 * is never shown: whoever had it could sign for us.
 */
export function makeStoredSecret(
  sealer: Sealer,
  endpoint: string,
  kind: SecretKind,
): { readonly stored: NewStoredSecret; readonly shown: string | null } {
  const { secret, publicKey } = makeSecret(kind);
  return {
    stored: {
      id: `sec_${randomBytes(12).toString('hex')}`,
      kind,
      sealed: sealer.seal(secret, endpoint),
      publicKey,
    },
    shown: kind === 'v1' ? secret : null,
  };
}
