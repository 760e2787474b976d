import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../util/random.ts';
import { waitMs } from './backoff.ts';

const limits = fc
  .record({ baseMs: fc.integer({ min: 1, max: 10_000 }), more: fc.nat(100_000) })
  .map(({ baseMs, more }) => ({ baseMs, capMs: baseMs + more }));
const attempts = fc.integer({ min: 1, max: 2_000 });
const randoms = fc.nat(0xffff_ffff).map(createRandom);

describe('the wait before a retry', () => {
  it('lies between half and all of the doubled base, and never above the cap', () => {
    fc.assert(
      fc.property(attempts, limits, randoms, (attempt, { baseMs, capMs }, random) => {
        const wait = waitMs(attempt, null, { baseMs, capMs }, random);
        const full = Math.min(capMs, baseMs * 2 ** (attempt - 1));
        expect(Number.isInteger(wait)).toBe(true);
        expect(wait).toBeGreaterThanOrEqual(Math.floor(full / 2));
        expect(wait).toBeLessThanOrEqual(full);
      }),
    );
  });

  it('is at least what Retry-After asks for, up to the cap', () => {
    fc.assert(
      fc.property(attempts, limits, randoms, fc.nat(999_999), (attempt, limit, random, seconds) => {
        const wait = waitMs(attempt, String(seconds), limit, random);
        expect(wait).toBeGreaterThanOrEqual(Math.min(seconds * 1_000, limit.capMs));
        expect(wait).toBeLessThanOrEqual(limit.capMs);
      }),
    );
  });

  it('is as usual where Retry-After is no number of seconds', () => {
    const limit = { baseMs: 100, capMs: 60_000 };
    fc.assert(
      fc.property(
        fc.constantFrom('', '-5', '1.5', '1e3', 'soon', 'Wed, 21 Oct 2026 07:28:00 GMT', '9999999'),
        fc.nat(),
        (text, seed) => {
          const usual = waitMs(1, null, limit, createRandom(seed));
          expect(waitMs(1, text, limit, createRandom(seed))).toBe(usual);
        },
      ),
    );
  });
});
