import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSegmentedStore } from './segmented-store.ts';

const WINDOW_MS = 100;

it('answers like a plain list of first sightings, whatever comes in which order and whenever expired', () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd'),
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
          store.add(key, { bodyDigest: 'd', firstSeenMs: nowMs });
        }
        if (expire) store.expire(nowMs);
      }
    }),
  );
});
