import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSegmentedStore } from './segmented-store.ts';
import { digestOf, keyOf } from './testing/entries.ts';
import { createReferenceStore } from './testing/reference-store.ts';
import { storeCommands } from './testing/store-commands.ts';

it('answers like a plain list of first sightings, whatever comes in which order and whenever expired', () => {
  const WINDOW_MS = 100;
  const step = fc.record({
    key: fc.constantFrom(...['a', 'b', 'c', 'd'].map(keyOf)),
    advanceMs: fc.integer({ min: 0, max: 60 }),
    expire: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const store = createSegmentedStore(WINDOW_MS);
      const model = new Map<string, number>();
      let nowMs = 0;
      for (const { key, advanceMs, expire } of steps) {
        nowMs += advanceMs;
        const firstSeenMs = model.get(key);
        const expected = firstSeenMs !== undefined && nowMs - firstSeenMs < WINDOW_MS;
        expect(store.find(key, nowMs) !== undefined).toBe(expected);
        if (!expected) {
          model.set(key, nowMs);
          store.add(key, { bodyDigest: digestOf('d'), firstSeenMs: nowMs });
        }
        if (expire) store.expire(nowMs);
      }
    }),
  );
});

it.each([1, 13, 800, 259_200_000])(
  'does what the reference store does, with a window of %d ms',
  (windowMs) => {
    const start = (at: number) => ({
      model: { plain: createReferenceStore(windowMs), nowMs: at, latestMs: at },
      real: createSegmentedStore(windowMs),
    });
    const times = fc.constantFrom(0, 1_764_000_000_000);
    const property = fc.property(storeCommands(windowMs), times, (commands, at) =>
      fc.modelRun(() => start(at), commands),
    );
    expect(() => fc.assert(property)).not.toThrow();
  },
);
