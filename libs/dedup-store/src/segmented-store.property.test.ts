import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSegmentedStore } from './segmented-store.ts';
import { COMMON_DIGESTS, keyOf, OTHER_DIGESTS } from './testing/entries.ts';
import { createReferenceStore } from './testing/reference-store.ts';
import { storeCommands } from './testing/store-commands.ts';
import type { SeenEntry } from './window-store.ts';

it('answers like a plain list of first sightings, whatever comes in which order and whenever expired', () => {
  const WINDOW_MS = 100;
  const step = fc.record({
    key: fc.constantFrom(...['a', 'b', 'c', 'd'].map(keyOf)),
    bodyDigest: fc.constantFrom(...COMMON_DIGESTS, ...OTHER_DIGESTS),
    advanceMs: fc.integer({ min: 0, max: 60 }),
    expire: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const store = createSegmentedStore(WINDOW_MS, COMMON_DIGESTS);
      const model = new Map<string, SeenEntry>();
      let nowMs = 0;
      for (const { key, bodyDigest, advanceMs, expire } of steps) {
        nowMs += advanceMs;
        const known = model.get(key);
        const expected = known && nowMs - known.firstSeenMs < WINDOW_MS ? known : undefined;
        expect(store.find(key, nowMs)).toEqual(expected);
        if (expected === undefined) {
          const entry = { bodyDigest, firstSeenMs: nowMs };
          model.set(key, entry);
          store.add(key, entry);
        }
        if (expire) store.expire(nowMs);
      }
    }),
  );
});

const WINDOWS_MS = [1, 13, 800, 259_200_000];
const CASES = WINDOWS_MS.flatMap((windowMs) =>
  [[], COMMON_DIGESTS].map((common) => [windowMs, common] as const),
);

it.each(CASES)(
  'does what the reference store does, with a window of %d ms and common digests %j',
  (windowMs, commonDigests) => {
    const start = (at: number) => ({
      model: { plain: createReferenceStore(windowMs), nowMs: at, latestMs: at },
      real: createSegmentedStore(windowMs, commonDigests),
    });
    const times = fc.constantFrom(0, 1_764_000_000_000);
    const property = fc.property(storeCommands(windowMs), times, (commands, at) =>
      fc.modelRun(() => start(at), commands),
    );
    expect(() => fc.assert(property)).not.toThrow();
  },
);
