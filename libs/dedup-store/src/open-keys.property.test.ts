import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createOpenKeys } from './open-keys.ts';
import { digestOf, keyOf, packedEntry } from './testing/entries.ts';

const WINDOW_MS = 1_000;
const DAYS_100_MS = 100 * 86_400_000;

it('answers like a plain map that is cleared now and then', () => {
  const step = fc.oneof(
    { weight: 20, arbitrary: fc.record({ add: fc.nat(300), waitMs: fc.nat(40) }) },
    { weight: 1, arbitrary: fc.constant({ add: 0, waitMs: DAYS_100_MS }) },
    { weight: 1, arbitrary: fc.constant('clear' as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const keys = createOpenKeys(WINDOW_MS);
      const model = new Map<
        string,
        { readonly bodyDigest: string; readonly firstSeenMs: number }
      >();
      let nowMs = 1_764_000_000_000;
      for (const [at, each] of steps.entries()) {
        if (each === 'clear') {
          keys.clear();
          model.clear();
          continue;
        }
        nowMs += each.waitMs;
        const key = keyOf(String(each.add));
        const known = model.get(key);
        const expected = known && nowMs - known.firstSeenMs < WINDOW_MS ? known : undefined;
        expect(keys.find(key, nowMs)).toEqual(expected);
        const bodyDigest = digestOf(String(at));
        if (expected === undefined) model.set(key, { bodyDigest, firstSeenMs: nowMs });
        expect(keys.addPacked(packedEntry(key, bodyDigest, nowMs), 0)).toBe(nowMs);
      }
    }),
  );
});
