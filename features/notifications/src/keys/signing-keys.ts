import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { parseSecret, type SignedContent, signV1, signV1a } from '@gemini-events/webhooks';

export type SecretKind = 'v1' | 'v1a';

/** A new signing secret. `public` is there for `v1a` alone: it is what a receiver needs then. */
export interface NewSecret {
  readonly kind: SecretKind;
  /** `whsec_…` (Standard Webhooks, symmetric) or `whsk_…` (Ed25519: the 32 bytes of the seed). */
  readonly secret: string;
  /** `whpk_…` */
  readonly publicKey: string | null;
}

/** What a delivery is signed with: one signature for each, the newest first. */
export interface SigningKey {
  readonly kind: SecretKind;
  readonly key: KeyObject;
}

const SECRET_BYTES = 32;
/** An Ed25519 private key in PKCS #8 (RFC 8410) is this and the seed. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
/** And a public key in SPKI is this and 32 bytes. */
const SPKI_BYTES = 12;

export function makeSecret(kind: SecretKind): NewSecret {
  if (kind === 'v1') {
    return {
      kind,
      secret: `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`,
      publicKey: null,
    };
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_ED25519.length);
  return {
    kind,
    secret: `whsk_${seed.toString('base64')}`,
    publicKey: publicKeyOf(privateKey),
  };
}

/** Reads what {@link makeSecret} made. @throws TypeError anything else; it does not quote it */
export function readSigningKey(kind: SecretKind, secret: string): SigningKey {
  if (kind === 'v1') {
    const parsed = parseSecret(secret);
    if (!parsed.ok) throw new TypeError(`a stored secret ${parsed.fault}`);
    return { kind, key: parsed.key };
  }
  const seed = Buffer.from(secret.replace(/^whsk_/, ''), 'base64');
  if (seed.length !== SECRET_BYTES) throw new TypeError('a stored key is no Ed25519 seed');
  const key = Buffer.concat([PKCS8_ED25519, seed]);
  return { kind, key: createPrivateKey({ key, format: 'der', type: 'pkcs8' }) };
}

/** `webhook-signature`: one entry for each key, with spaces between them. */
export function signaturesOf(keys: readonly SigningKey[], content: SignedContent): string {
  return keys
    .map(({ kind, key }) => (kind === 'v1' ? signV1(key, content) : signV1a(key, content)))
    .join(' ');
}

function publicKeyOf(privateKey: KeyObject): string {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return `whpk_${spki.subarray(SPKI_BYTES).toString('base64')}`;
}
