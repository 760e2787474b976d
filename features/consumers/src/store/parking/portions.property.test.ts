import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NewParked } from './parking.ts';
import { inPortions } from './portions.ts';

const parked = (bytes: number, index: number): NewParked => ({
  record: {
    topic: 't',
    partition: 0,
    offset: BigInt(index),
    timestamp: 0,
    key: '',
    // Never looked into.
    value: { length: bytes } as Buffer,
    headers: {},
  },
  dueAt: 0,
  attempts: 0,
  failure: null,
});

it('no record is lost or moved, and no portion is too large unless a single record is', () => {
  const size = fc.oneof(
    { weight: 30, arbitrary: fc.constant(10) },
    { weight: 1, arbitrary: fc.integer({ min: 1_000_000, max: 5_000_000 }) },
  );
  fc.assert(
    fc.property(fc.array(size, { maxLength: 1_200, size: 'max' }), (sizes) => {
      const records = sizes.map(parked);
      const portions = inPortions(records);
      expect(portions.flat()).toEqual(records);
      for (const portion of portions) {
        const bytes = portion.reduce((sum, { record }) => sum + (record.value?.length ?? 0), 0);
        expect(portion.length).toBeLessThanOrEqual(500);
        expect(portion.length === 1 || bytes <= 4 * 1024 * 1024).toBe(true);
      }
    }),
    { numRuns: 20 },
  );
});
