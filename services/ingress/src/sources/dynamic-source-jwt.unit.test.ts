import { generateKeyPairSync } from 'node:crypto';
import { type KeySet, signToken } from '@gemini-events/webhooks';
import { describe, expect, it } from 'vitest';
import { dynamicSource } from './dynamic-source.ts';
import { createFailureBudget } from './failure-budget.ts';
import { createTokenMemory, tokenDigest } from './token-memory.ts';
import { createWaitingRoom } from './waiting-room.ts';

const NOW = 1_780_000_000;
const AUDIENCE = 'https://hooks.example.test';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const set: KeySet = { ed25519: [], rsa: new Map([['k1', publicKey]]) };

function setUp() {
  const world = { looks: 0 };
  const source = dynamicSource({
    name: 'tenant-a',
    labels: {},
    secrets: [],
    schemes: new Set(['jwt']),
    audience: AUDIENCE,
    ownerKey: 'an owner key of thirty-two letters',
    budget: createFailureBudget({ limit: 1_000_000, windowMs: 10_000, now: () => 0 }),
    tokens: createTokenMemory(),
    room: createWaitingRoom(1_000_000),
    jwks: {
      current: () => set,
      renewed: () => {
        world.looks += 1;
        return Promise.resolve(null);
      },
    },
  });
  const verify = (signature: string, body: string, nowSeconds = NOW) =>
    source.verify({
      headers: { id: 'msg_1', timestamp: String(nowSeconds), signature, traceparent: '' },
      rawBody: Buffer.from(body),
      address: '192.0.2.1',
      nowSeconds,
    });
  return { world, verify };
}

const token = (claims: object = {}, header: object = {}): string =>
  signToken(
    privateKey,
    { aud: AUDIENCE, iat: NOW, exp: NOW + 300, ...claims },
    { kid: 'k1', ...header },
  );

describe('a token instead of a signature', () => {
  it('passes; the record keeps its digest, never the token, and repeats are found by the body', async () => {
    const { verify } = setUp();
    const jwt = token();
    expect(await verify(jwt, 'a')).toEqual({
      proof: {
        scheme: 'jwt',
        trust: 'unproven',
        signature: `sha256,${tokenDigest(jwt)}`,
        isUnbound: true,
      },
    });
  });

  it('that comes again with another body is quarantined, with the same one it is a repeat', async () => {
    const { verify } = setUp();
    const jwt = token();
    await verify(jwt, 'a');
    expect(await verify(jwt, 'a')).not.toHaveProperty('proof.quarantine');
    expect(await verify(jwt, 'b')).toHaveProperty('proof.quarantine', 'token_reused');
  });

  it.each([
    ['is for another audience', token({ aud: 'https://other.example.test' })],
    ['has no audience', token({ aud: undefined })],
    ['has expired', token({ exp: NOW - 61 })],
    ['never expires', token({ exp: undefined })],
    ['names no key', token({}, { kid: undefined })],
    ['is not RS256', token({}, { alg: 'HS256' })],
    ['was changed', `${token().slice(0, -8)}AAAAAAAA`],
  ])('is refused when it %s', async (_, jwt) => {
    const { verify } = setUp();
    expect(await verify(jwt, 'a')).toEqual({ refused: 'signature_wrong' });
  });

  it('of an unknown key has the key set looked at, others have not', async () => {
    const { world, verify } = setUp();
    await verify(token({ exp: NOW - 100 }), 'a');
    expect(world.looks).toBe(0);
    await verify(token({}, { kid: 'k2' }), 'a');
    expect(world.looks).toBe(1);
  });
});
