import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sizeOf } from '../wire/encode-transactional-batch.ts';
import { intoRounds, splitBatches } from './split-rounds.ts';

const record = fc
  .integer({ min: 0, max: 400 })
  .map((end) => ({ timestamp: 0, payload: { bytes: Buffer.alloc(end), start: 0, end } }));
const LIMIT = 1_000;

it('a batch is within the limit unless one record alone is not, and no record is lost or moved', () => {
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const batches = splitBatches(records, LIMIT);
      expect(batches.flat()).toEqual(records);
      for (const batch of batches) {
        const bytes = batch.reduce((sum, each) => sum + sizeOf(each), 0);
        expect(batch.length === 1 || (batch.length > 1 && bytes <= LIMIT)).toBe(true);
      }
    }),
  );
});

it('a partition has one batch in a round, and its batches keep their order', () => {
  const batch = fc.record({
    topic: fc.constantFrom('a', 'b'),
    partition: fc.integer({ min: 0, max: 2 }),
  });
  fc.assert(
    fc.property(fc.array(batch), (given) => {
      const batches = given.map((each, number) => ({ ...each, number }));
      const rounds = intoRounds(batches);
      const nameOf = (each: (typeof batches)[number]) => `${each.topic}-${each.partition}`;
      for (const round of rounds) {
        expect(round.length).toBeGreaterThan(0);
        expect(new Set(round.map(nameOf)).size).toBe(round.length);
      }
      expect(rounds.flat().length).toBe(batches.length);
      for (const name of new Set(batches.map(nameOf))) {
        const sent = rounds.flat().filter((each) => nameOf(each) === name);
        expect(sent).toEqual(batches.filter((each) => nameOf(each) === name));
      }
    }),
  );
});
