import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readKeySet } from './read-key-set.ts';

const ed25519 = (more: object = {}) => ({
  ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }),
  ...more,
});
const rsaOf = (modulusLength: number) =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });
const RSA = rsaOf(2_048);
const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
const X25519 = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' });

describe('a key set', () => {
  it('holds Ed25519 keys with and without a name, and RSA keys by name', () => {
    const set = readKeySet({ keys: [ed25519(), ed25519({ kid: 'a' }), { ...RSA, kid: 'r' }] });
    expect(set?.ed25519).toHaveLength(2);
    expect([...(set?.rsa.keys() ?? [])]).toEqual(['r']);
  });

  it.each([
    ['is for encryption', ed25519({ use: 'enc' })],
    ['is of another curve', X25519],
    ['is of another kind', EC],
    ['is symmetric', { kty: 'oct', k: 'c2VjcmV0', kid: 'x' }],
    ['is cut short', ed25519({ x: 'AAAA' })],
    ['is an RSA key without a name', RSA],
    ['is an RSA key that is too short', { ...rsaOf(1_024), kid: 'short' }],
    ['is no object', 'key'],
  ])('leaves a key aside that %s', (_, key) => {
    expect(readKeySet({ keys: [key] })).toBeNull();
    expect(readKeySet({ keys: [key, ed25519()] })?.ed25519).toHaveLength(1);
  });

  it.each([null, [], 'keys', {}, { keys: {} }, { keys: [] }])(
    'is none when the document is %j: a good set is not replaced by it',
    (document) => {
      expect(readKeySet(document)).toBeNull();
    },
  );

  it('is bounded: each Ed25519 key is one more check for every forgery', () => {
    const set = readKeySet({
      keys: [
        ...Array.from({ length: 20 }, () => ed25519()),
        ...Array.from({ length: 50 }, (_, at) => ({ ...RSA, kid: `r${at}` })),
      ],
    });
    expect([set?.ed25519.length, set?.rsa.size]).toEqual([8, 32]);
  });
});
