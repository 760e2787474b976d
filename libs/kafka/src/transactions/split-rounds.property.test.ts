import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sizeOf } from '../wire/encode-transactional-batch.ts';
import { splitRounds } from './split-rounds.ts';

const record = fc
  .integer({ min: 0, max: 400 })
  .map((end) => ({ timestamp: 0, payload: { bytes: Buffer.alloc(end), start: 0, end } }));
const shares = fc.uniqueArray(
  fc.record({
    topic: fc.constantFrom('a', 'b'),
    partition: fc.integer({ min: 0, max: 2 }),
    records: fc.array(record, { minLength: 1 }),
  }),
  { selector: ({ topic, partition }) => `${topic}-${partition}` },
);
const LIMIT = 1_000;

it('a partition gets one batch in a round, and none over the limit unless one record alone is', () => {
  fc.assert(
    fc.property(shares, (all) => {
      for (const round of splitRounds(all, LIMIT)) {
        const names = round.map(({ topic, partition }) => `${topic}-${partition}`);
        expect(new Set(names).size).toBe(names.length);
        for (const { records } of round) {
          const bytes = records.reduce((sum, each) => sum + sizeOf(each), 0);
          expect(records.length === 1 || bytes <= LIMIT).toBe(true);
        }
      }
    }),
  );
});

it('every record is in exactly one round and the order per partition is kept', () => {
  fc.assert(
    fc.property(shares, (all) => {
      const rounds = splitRounds(all, LIMIT);
      expect(rounds.every((round) => round.length > 0)).toBe(true);
      for (const { topic, partition, records } of all) {
        const mine = rounds
          .flat()
          .filter((each) => each.topic === topic && each.partition === partition);
        expect(mine.flatMap((each) => each.records)).toEqual(records);
      }
    }),
  );
});
