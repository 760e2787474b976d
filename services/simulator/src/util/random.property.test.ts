import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom, pickIndices } from './random.ts';

const seeds = fc.nat(0xffff_ffff);

describe('seeded chance', () => {
  it('draws the same for the same seed, whole numbers within their bounds', () => {
    fc.assert(
      fc.property(seeds, fc.integer(), fc.nat(0xffff_ffff), (seed, min, width) => {
        const [one, other] = [createRandom(seed), createRandom(seed)];
        for (let draw = 0; draw < 10; draw += 1) {
          const value = one.int(min, min + width);
          expect(other.int(min, min + width)).toBe(value);
          expect(Number.isInteger(value)).toBe(true);
          expect(value).toBeGreaterThanOrEqual(min);
          expect(value).toBeLessThanOrEqual(min + width);
        }
      }),
    );
  });

  it('is never true for the share 0 and always true for the share 1', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = createRandom(seed);
        expect([random.chance(0), random.chance(1)]).toEqual([false, true]);
      }),
    );
  });

  it('is true about as often as the share says', () => {
    const random = createRandom(7);
    const hits = Array.from({ length: 10_000 }, () => random.chance(0.2)).filter(Boolean).length;
    expect(Math.abs(hits - 2_000)).toBeLessThan(200);
  });
});

describe('picking indices', () => {
  it('gives as many different ones as wanted, all below the count', () => {
    fc.assert(
      fc.property(seeds, fc.nat(200), fc.nat(300), (seed, count, wanted) => {
        const picked = pickIndices(count, wanted, createRandom(seed));
        expect(picked).toHaveLength(Math.min(count, wanted));
        expect(new Set(picked).size).toBe(picked.length);
        expect(picked.every((index) => index >= 0 && index < count)).toBe(true);
      }),
    );
  });

  it('can pick each index', () => {
    const seen = new Set(
      Array.from({ length: 200 }, (_, seed) => pickIndices(5, 1, createRandom(seed))[0]),
    );
    expect(seen).toEqual(new Set([0, 1, 2, 3, 4]));
  });
});
