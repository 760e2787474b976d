import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createJwksCache } from './jwks-cache.ts';

function document(count: number): object {
  return {
    keys: Array.from({ length: count }, (_, index) => ({
      ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }),
      kid: `k${index}`,
    })),
  };
}

/** A JWKS URL and a clock in the test's hands. */
function setUp(stored?: unknown) {
  const world = {
    time: 0,
    fetches: 0,
    saved: [] as unknown[],
    failures: 0,
    answer: (): Promise<unknown> => Promise.resolve(document(3)),
    timers: [] as { at: number; work: () => void }[],
  };
  const cache = createJwksCache({
    fetchDocument: () => {
      world.fetches += 1;
      return world.answer();
    },
    shelf: {
      load: () =>
        stored === undefined ? Promise.reject(new Error('none')) : Promise.resolve(stored),
      save: (saved) => {
        world.saved.push(saved);
        return Promise.resolve();
      },
    },
    events: { refreshed: () => undefined, failed: () => (world.failures += 1) },
    now: () => world.time,
    schedule: (work, delayMs) => {
      const timer = { at: world.time + delayMs, work };
      world.timers.push(timer);
      return () => world.timers.splice(world.timers.indexOf(timer), 1);
    },
  });
  /** Lets time pass; due timers run. */
  const pass = async (ms: number): Promise<void> => {
    world.time += ms;
    for (const timer of [...world.timers].filter(({ at }) => at <= world.time)) {
      world.timers.splice(world.timers.indexOf(timer), 1);
      timer.work();
    }
    await new Promise(setImmediate);
  };
  return { world, cache, pass };
}

const broken = [
  ['down', () => Promise.reject(new Error('refused'))],
  ['not a JWKS', () => Promise.resolve({ hello: 'world' })],
  ['a JWKS without a usable key', () => Promise.resolve({ keys: [{ kty: 'EC' }, 3, null] })],
] as const;

describe('the key set of a JWKS URL', () => {
  it('is there after the start, and what was fetched is kept on the shelf', async () => {
    const { world, cache } = setUp();
    await cache.start();
    expect(cache.current()?.ed25519).toHaveLength(3);
    expect(world.saved).toHaveLength(1);
  });

  it.each(broken)('outlives its URL: %s', async (_, answer) => {
    const { world, cache, pass } = setUp();
    await cache.start();
    const before = cache.current();
    world.answer = answer;
    for (let hour = 0; hour < 24; hour += 1) await pass(3_600_000);
    expect(world.failures).toBeGreaterThan(20);
    expect(cache.current()).toBe(before);
  });

  it.each(broken)(
    'comes from the shelf when the URL is no use at the start: %s',
    async (_, answer) => {
      const { world, cache } = setUp(document(2));
      world.answer = answer;
      await cache.start();
      expect(cache.current()?.ed25519).toHaveLength(2);
    },
  );

  it('that was never loaded is null, and asked for until it is there', async () => {
    const { world, cache, pass } = setUp();
    world.answer = () => Promise.reject(new Error('refused'));
    await cache.start();
    expect(cache.current()).toBeNull();
    world.answer = () => Promise.resolve(document(1));
    await pass(5_000);
    expect(cache.current()?.ed25519).toHaveLength(1);
  });

  it('is refreshed in the background; a key that is gone from it is gone here', async () => {
    const { world, cache, pass } = setUp();
    await cache.start();
    const before = cache.current();
    world.answer = () => Promise.resolve(document(1));
    await pass(600_000);
    expect(cache.current()).not.toBe(before);
    expect(cache.current()?.ed25519).toHaveLength(1);
  });

  it('is fetched at most once per cool-down, however many deliveries do not verify', async () => {
    const { world, cache, pass } = setUp();
    await cache.start();
    const known = cache.current();
    await pass(29_999);
    await Promise.all(Array.from({ length: 5_000 }, () => cache.renewed(known)));
    expect(world.fetches).toBe(1);
    world.time += 1;
    const rotated = document(2);
    world.answer = () => Promise.resolve(rotated);
    const sets = await Promise.all(Array.from({ length: 10_000 }, () => cache.renewed(known)));
    expect(world.fetches).toBe(2);
    expect(new Set(sets)).toEqual(new Set([cache.current()]));
    expect(await cache.renewed(cache.current())).toBeNull();
    expect(world.fetches).toBe(2);
  });

  it('that did not change stays the same object', async () => {
    const { world, cache, pass } = setUp();
    const same = document(3);
    world.answer = () => Promise.resolve(structuredClone(same));
    await cache.start();
    const before = cache.current();
    await pass(600_000);
    expect(world.fetches).toBe(2);
    expect(cache.current()).toBe(before);
    expect(await cache.renewed(before)).toBeNull();
  });

  it('asks no more after it was stopped', async () => {
    const { world, cache, pass } = setUp();
    await cache.start();
    cache.stop();
    await pass(10_000_000);
    expect(world.fetches).toBe(1);
  });
});
