import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type SignedContent, signV1, signV1a } from '@gemini-events/webhooks';

/** Where deliveries go, and how they are signed at the moment of an attempt. */
export interface Target {
  readonly uri: string;
  /** Nobody is there any more: what was not taken up to now is given up. */
  isGone(): boolean;
  sign(content: SignedContent): string;
  /** A signature of the same form by a key that the receiver does not know. */
  forge(content: SignedContent): string;
}

/** A registered webhook: during a rotation every valid secret signs. */
export function staticTarget(options: {
  readonly uri: () => string;
  readonly keys: () => readonly KeyObject[];
  readonly foreignKey: KeyObject;
  readonly isGone: () => boolean;
}): Target {
  return {
    get uri() {
      return options.uri();
    },
    isGone: options.isGone,
    sign: (content) =>
      options
        .keys()
        .map((key) => signV1(key, content))
        .join(' '),
    forge: (content) => signV1(options.foreignKey, content),
  };
}

/** A URI out of a job's own `webhook_config`: signed with any of the keys that the JWKS shows. */
export function dynamicTarget(uri: string, keys: SigningKeys): Target {
  return {
    uri,
    isGone: () => false,
    sign: (content) => signV1a(keys.next(), content),
    forge: (content) => signV1a(keys.foreign, content),
  };
}

export interface SigningKeys {
  readonly jwks: { readonly keys: readonly object[] };
  readonly foreign: KeyObject;
  /** Nothing in a delivery tells which key signed it, so each is used in turn. */
  next(): KeyObject;
}

const KEY_COUNT = 3;

/** Ed25519 keys as Gemini was seen to publish them: three `OKP` ones (googleapis/python-genai #2927). */
export function createSigningKeys(): SigningKeys {
  const pairs = Array.from({ length: KEY_COUNT }, () => generateKeyPairSync('ed25519'));
  const foreign = generateKeyPairSync('ed25519').privateKey;
  let turn = 0;
  return {
    jwks: {
      keys: pairs.map(({ publicKey }, index) => ({
        ...publicKey.export({ format: 'jwk' }),
        kid: `simulator-${index + 1}`,
        use: 'sig',
        alg: 'EdDSA',
      })),
    },
    foreign,
    next() {
      turn = (turn + 1) % pairs.length;
      return pairs[turn]?.privateKey ?? foreign;
    },
  };
}
