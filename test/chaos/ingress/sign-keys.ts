import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';

/** What stands for Google's keys in a run. */
export interface SignKeys {
  readonly ed25519: KeyPairKeyObjectResult;
  readonly rsa: KeyPairKeyObjectResult;
}

export function makeSignKeys(): SignKeys {
  return {
    ed25519: generateKeyPairSync('ed25519'),
    rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  };
}
