import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createJwksCache, signToken, signV1a } from '@gemini-events/webhooks';
import { describe, expect, it } from 'vitest';
import { dynamicSource } from './dynamic-source.ts';
import { createFailureBudget } from './failure-budget.ts';
import type { Verification } from './source.ts';
import { createTokenMemory } from './token-memory.ts';
import { createWaitingRoom } from './waiting-room.ts';

const NOW = 1_780_000_000;
const AUDIENCE = 'https://hooks.example.test';
const old = generateKeyPairSync('ed25519');
const next = generateKeyPairSync('ed25519');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const COOL_DOWN_MS = 30_000;

/** A dynamic source on a real key set, whose URL and clock are in the test's hands. */
async function setUp(maxWaitingBytes = 16_000_000) {
  const world = {
    ms: 0,
    fetches: 0,
    answer: (): Promise<unknown> => Promise.resolve(jwks(old.publicKey)),
  };
  const cache = createJwksCache({
    fetchDocument: () => {
      world.fetches += 1;
      return world.answer();
    },
    shelf: { load: () => Promise.resolve(null), save: () => Promise.resolve() },
    events: { refreshed: () => undefined, failed: () => undefined },
    now: () => world.ms,
    schedule: () => () => undefined,
  });
  await cache.start();
  const source = dynamicSource({
    name: 'tenant-a',
    labels: {},
    secrets: [],
    schemes: new Set(['v1a', 'jwt']),
    audience: AUDIENCE,
    ownerKey: null,
    budget: createFailureBudget({ limit: 100, windowMs: 10_000, now: () => world.ms }),
    tokens: createTokenMemory(),
    jwks: cache,
    room: createWaitingRoom(maxWaitingBytes),
  });
  const rawBody = Buffer.from('{"type":"x"}');
  const verify = async (signature: string, address: string): Promise<Verification> =>
    source.verify({
      headers: { id: 'msg_1', timestamp: String(NOW), signature, traceparent: '' },
      rawBody,
      address,
      nowSeconds: NOW,
    });
  const signed = (key: KeyObject): string =>
    signV1a(key, { webhookId: 'msg_1', timestamp: String(NOW), rawBody });
  return { world, verify, signed };
}

function jwks(...keys: readonly KeyObject[]): object {
  return { keys: keys.map((key) => key.export({ format: 'jwk' })) };
}
const [, ...claimsAndSignature] = signToken(
  rsa.privateKey,
  { aud: AUDIENCE, iat: NOW, exp: NOW + 300 },
  {},
).split('.');
/** The signature does not fit, but without the key nobody can tell. */
function token(kid: string): string {
  const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid })).toString('base64url');
  return [header, ...claimsAndSignature].join('.');
}
/** Each of them is a sender of its own: no budget gets in the way. */
const address = (at: number): string => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;

describe('10,000 tokens of 10,000 unknown keys', () => {
  const storm = (verify: (signature: string, address: string) => Promise<Verification>) =>
    Promise.all(Array.from({ length: 10_000 }, (_, at) => verify(token(`k${at}`), address(at))));

  it('cause no fetch within the cool-down and one after it', async () => {
    const { world, verify } = await setUp();
    await storm(verify);
    expect(world.fetches).toBe(1);
    world.ms += COOL_DOWN_MS;
    const verdicts = await storm(verify);
    expect(world.fetches).toBe(2);
    expect(verdicts.every((each) => 'refused' in each)).toBe(true);
  });
});

describe('a rotation of the keys', () => {
  it('costs one fetch: all deliveries by the new key that came meanwhile pass after it', async () => {
    const { world, verify, signed } = await setUp();
    world.ms += COOL_DOWN_MS;
    const fetched = Promise.withResolvers<unknown>();
    world.answer = () => fetched.promise;
    const signature = signed(next.privateKey);
    const waiting = Array.from({ length: 50 }, () => verify(signature, '192.0.2.1'));
    fetched.resolve(jwks(old.publicKey, next.publicKey));
    const verdicts = await Promise.all([...waiting, verify(signed(old.privateKey), '192.0.2.1')]);
    expect(verdicts.every((each) => 'proof' in each)).toBe(true);
    expect(world.fetches).toBe(2);
  });

  it('that has no answer yet turns nothing away that the known keys signed', async () => {
    const { world, verify, signed } = await setUp();
    world.ms += COOL_DOWN_MS;
    world.answer = () => new Promise(() => undefined);
    void verify(signed(next.privateKey), '192.0.2.1');
    expect(await verify(signed(old.privateKey), '192.0.2.1')).toHaveProperty('proof');
  });

  it('keeps a bounded number of bytes waiting; what is beyond shall come again', async () => {
    const { world, verify, signed } = await setUp(30);
    world.ms += COOL_DOWN_MS;
    const fetched = Promise.withResolvers<unknown>();
    world.answer = () => fetched.promise;
    const waiting = [1, 2, 3].map((at) => verify(signed(next.privateKey), address(at)));
    // Each body has 12 bytes: the third finds no room.
    expect(await waiting[2]).toEqual({ unavailable: 'overload' });
    fetched.resolve(jwks(next.publicKey));
    expect(await Promise.all(waiting.slice(0, 2))).toEqual([
      { proof: { scheme: 'v1a', trust: 'unproven' } },
      { proof: { scheme: 'v1a', trust: 'unproven' } },
    ]);
    expect(await verify(signed(next.privateKey), address(4))).toHaveProperty('proof');
  });
});
