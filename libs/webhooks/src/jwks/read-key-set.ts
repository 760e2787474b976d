import { createPublicKey, type KeyObject } from 'node:crypto';

/** The keys of a JWKS (RFC 7517) that can sign deliveries. */
export interface KeySet {
  /** Every Ed25519 key (`kty` OKP), with or without a `kid`. */
  readonly ed25519: readonly KeyObject[];
  /** RSA keys by `kid`. */
  readonly rsa: ReadonlyMap<string, KeyObject>;
}

/** Each Ed25519 key is one more check for every forged delivery. */
const MAX_ED25519 = 8;
const MAX_RSA = 32;
const MIN_RSA_BITS = 2_048;

/**
 * Reads a JWKS. Keys of other kinds are left aside, and so are keys that make no sense; a document
 * that is no JWKS, or holds no key that can be used, gives null: a good set is not replaced by it.
 */
export function readKeySet(document: unknown): KeySet | null {
  const keys = isObject(document) ? document['keys'] : undefined;
  if (!Array.isArray(keys)) return null;
  const ed25519: KeyObject[] = [];
  const rsa = new Map<string, KeyObject>();
  for (const jwk of keys as unknown[]) {
    if (!isObject(jwk) || (jwk['use'] !== undefined && jwk['use'] !== 'sig')) continue;
    const key = importKey(jwk);
    if (key?.asymmetricKeyType === 'ed25519' && ed25519.length < MAX_ED25519) ed25519.push(key);
    const kid = jwk['kid'];
    if (key?.asymmetricKeyType === 'rsa' && typeof kid === 'string' && rsa.size < MAX_RSA) {
      if ((key.asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS) rsa.set(kid, key);
    }
  }
  return ed25519.length === 0 && rsa.size === 0 ? null : { ed25519, rsa };
}

function importKey(jwk: Readonly<Record<string, unknown>>): KeyObject | null {
  if (jwk['kty'] !== 'OKP' && jwk['kty'] !== 'RSA') return null;
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
