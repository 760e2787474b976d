import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sizeOf, splitRounds } from './split-rounds.ts';

const records = fc.array(
  fc.record({
    topic: fc.constantFrom('a', 'b'),
    partition: fc.integer({ min: 0, max: 2 }),
    key: fc.constant(Buffer.from('key')),
    value: fc.integer({ min: 0, max: 400 }).map((length) => Buffer.alloc(length)),
    headers: fc.constant(new Map<Buffer, Buffer>()),
  }),
);
const LIMIT = 1_000;

it('no partition gets more than the limit in a round, unless one record alone is larger', () => {
  fc.assert(
    fc.property(records, (all) => {
      for (const round of splitRounds(all, LIMIT)) {
        const groups = Map.groupBy(round, ({ topic, partition }) => `${topic}-${partition}`);
        for (const group of groups.values()) {
          const bytes = group.reduce((sum, record) => sum + sizeOf(record), 0);
          expect(group.length === 1 || bytes <= LIMIT).toBe(true);
        }
      }
    }),
  );
});

it('every record is in exactly one round and the order per partition is kept', () => {
  fc.assert(
    fc.property(records, (all) => {
      const rounds = splitRounds(all, LIMIT);
      expect(rounds.every((round) => round.length > 0)).toBe(true);
      const byPartition = (list: typeof all) =>
        Map.groupBy(list, ({ topic, partition }) => `${topic}-${partition}`);
      expect(byPartition(rounds.flat())).toEqual(byPartition(all));
    }),
  );
});
