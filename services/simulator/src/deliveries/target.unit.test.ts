import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifies } from '../testing/receiver.ts';
import { newSecret } from '../webhooks/webhook-registry.ts';
import { createSigningKeys, dynamicTarget, staticTarget } from './target.ts';

const body = Buffer.from('{"type":"batch.succeeded","data":{"id":"é😀"}}');
const content = {
  webhookId: 'msg_1',
  timestamp: String(Math.floor(Date.now() / 1_000)),
  rawBody: body,
};
const delivery = (signature: string) => ({
  id: content.webhookId,
  timestamp: content.timestamp,
  signature,
  body,
});

describe('signing for a registered webhook', () => {
  const [old, fresh, foreign] = [newSecret(), newSecret(), newSecret()];
  const target = (keys: readonly KeyObject[]) =>
    staticTarget({
      uri: () => 'http://127.0.0.1/',
      keys: () => keys,
      foreignKey: foreign.key,
      isGone: () => false,
    });

  it('verifies with the reference library and its secret only', () => {
    const signed = delivery(target([old.key]).sign(content));
    expect(verifies(old.secret, signed)).toBe(true);
    expect(verifies(fresh.secret, signed)).toBe(false);
    expect(verifies(old.secret, { ...signed, body: Buffer.from('{}') })).toBe(false);
  });

  it('carries a signature of each valid secret during a rotation', () => {
    const signed = delivery(target([old.key, fresh.key]).sign(content));
    expect(signed.signature.split(' ')).toHaveLength(2);
    expect(verifies(old.secret, signed)).toBe(true);
    expect(verifies(fresh.secret, signed)).toBe(true);
  });

  it('does not verify when it is forged, though it looks alike', () => {
    const forged = delivery(target([old.key]).forge(content));
    expect(forged.signature).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
    expect(verifies(old.secret, forged)).toBe(false);
  });
});

describe('signing for a dynamic webhook', () => {
  const keys = createSigningKeys();
  const target = dynamicTarget('http://127.0.0.1/', keys);
  const published = keys.jwks.keys.map((key) =>
    createPublicKey({ format: 'jwk', key: key as JsonWebKey }),
  );
  const signed = Buffer.from(`${content.webhookId}.${content.timestamp}.${body.toString()}`);
  /** Which of the published keys takes a signature; -1: none. */
  const signer = (signature: string): number => {
    const [version, encoded = ''] = signature.split(',');
    expect(version).toBe('v1a');
    return published.findIndex((key) => verify(null, signed, key, Buffer.from(encoded, 'base64')));
  };

  it('publishes three Ed25519 keys and nothing private', () => {
    expect(keys.jwks.keys).toHaveLength(3);
    for (const key of keys.jwks.keys) {
      expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' });
      expect(key).not.toHaveProperty('d');
    }
    expect(new Set(keys.jwks.keys.map((key) => (key as JsonWebKey)['kid'])).size).toBe(3);
  });

  it('uses each published key in turn', () => {
    const signers = Array.from({ length: 6 }, () => signer(target.sign(content)));
    expect(new Set(signers)).toEqual(new Set([0, 1, 2]));
    expect(signers.slice(3)).toEqual(signers.slice(0, 3));
  });

  it('verifies with none of the published keys when it is forged', () => {
    expect(signer(target.forge(content))).toBe(-1);
  });
});
