import { createSecretKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { type KeySet, type SignedContent, signV1, signV1a } from '@gemini-events/webhooks';
import { describe, expect, it } from 'vitest';
import { dynamicSource } from './dynamic-source.ts';
import { createFailureBudget } from './failure-budget.ts';
import type { Candidate } from './source.ts';
import { createTokenMemory } from './token-memory.ts';
import { createWaitingRoom } from './waiting-room.ts';

const pairs = Array.from({ length: 4 }, () => generateKeyPairSync('ed25519'));
const secret = createSecretKey(randomBytes(32));
const setOf = (...which: readonly number[]): KeySet => ({
  ed25519: which.flatMap((at) => pairs[at]?.publicKey ?? []),
  rsa: new Map(),
});
const rawBody = Buffer.from('{"type":"x"}');

/** A source with a key set in the test's hands. */
function setUp(first: KeySet | null) {
  const world = { set: first, next: null as KeySet | null, looks: 0 };
  const source = dynamicSource({
    name: 'tenant-a',
    labels: {},
    secrets: [secret],
    schemes: new Set(['v1a']),
    audience: null,
    ownerKey: null,
    budget: createFailureBudget({ limit: 3, windowMs: 10_000, now: () => 0 }),
    tokens: createTokenMemory(),
    room: createWaitingRoom(1_000_000),
    jwks: {
      current: () => world.set,
      renewed: (known) => {
        world.looks += 1;
        if (world.next !== null) world.set = world.next;
        return Promise.resolve(world.set === known ? null : world.set);
      },
    },
  });
  const verify = (sign: (content: SignedContent) => string, address = '192.0.2.1') => {
    const content = { webhookId: 'msg_1', timestamp: '1780000000', rawBody };
    const signature = sign(content);
    const headers = { id: 'msg_1', timestamp: '1780000000', signature, traceparent: '' };
    const candidate: Candidate = { headers, rawBody, address, nowSeconds: 1_780_000_000 };
    return source.verify(candidate);
  };
  return { world, verify };
}

const by = (at: number) => (content: SignedContent) => {
  const key = pairs[at]?.privateKey;
  if (key === undefined) throw new Error('no such key');
  return signV1a(key, content);
};
const GOOGLE = { proof: { scheme: 'v1a', trust: 'unproven' } };
const WRONG = { refused: 'signature_wrong' };

describe('a dynamic source', () => {
  it('takes what any key of the set signed, and proves nothing about whose job it is', async () => {
    const { verify } = setUp(setOf(0, 1, 2));
    for (const at of [0, 1, 2, 1]) expect(await verify(by(at))).toEqual(GOOGLE);
  });

  it('says that it cannot tell as long as keys were never loaded', async () => {
    const { verify } = setUp(null);
    expect(await verify(by(0))).toEqual({ unavailable: 'keys' });
  });

  it('looks for new keys when none of the known ones fits, and takes the delivery then', async () => {
    const { world, verify } = setUp(setOf(0));
    world.next = setOf(0, 3);
    expect(await verify(by(3))).toEqual(GOOGLE);
    expect(world.looks).toBe(1);
  });

  it('gives a sender of forgeries no more checks after so many, without hurting others', async () => {
    const { verify } = setUp(setOf(0));
    for (let time = 0; time < 3; time += 1) expect(await verify(by(3))).toEqual(WRONG);
    expect(await verify(by(3))).toEqual({ refused: 'too_many_failures' });
    expect(await verify(by(0))).toEqual({ refused: 'too_many_failures' });
    expect(await verify(by(0), '192.0.2.2')).toEqual(GOOGLE);
  });

  it('never turns a right v1 away for what came from its address before', async () => {
    const { verify } = setUp(setOf(0));
    for (let time = 0; time < 10; time += 1) await verify(by(3));
    const verified = await verify((content) => signV1(secret, content));
    expect(verified).toEqual({ proof: { scheme: 'v1', trust: 'project' } });
  });

  it('spends nothing on what cannot be a signature: neither a check nor a look at the keys', async () => {
    const { world, verify } = setUp(setOf(0));
    for (const text of ['v1a,AAAA', 'v1,AAAA', 'x'.repeat(10_000), 'a.b.c']) {
      for (let time = 0; time < 5; time += 1) expect(await verify(() => text)).toEqual(WRONG);
    }
    expect(world.looks).toBe(0);
    expect(await verify(by(0))).toEqual(GOOGLE);
  });
});
