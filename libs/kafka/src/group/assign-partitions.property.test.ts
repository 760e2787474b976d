import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assignPartitions, type Member } from './assign-partitions.ts';

const MOST = 40;
const members = fc
  .array(
    fc.record({
      owned: fc.uniqueArray(fc.integer({ min: -1, max: MOST + 2 })),
      generation: fc.integer({ min: -1, max: 3 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((list) => list.map((each, at): Member => ({ ...each, memberId: `m${at}` })));

it('every partition has one owner, and nobody has two more than another', () => {
  fc.assert(
    fc.property(members, fc.integer({ min: 0, max: MOST }), (given, count) => {
      const assigned = assignPartitions(given, count);
      expect([...assigned.keys()]).toEqual(given.map(({ memberId }) => memberId));
      const all = [...assigned.values()].flat().sort((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: count }, (_, at) => at));
      const sizes = [...assigned.values()].map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

it('who says the same again keeps what it has, whoever speaks first', () => {
  fc.assert(
    fc.property(members, fc.integer({ min: 1, max: MOST }), (given, count) => {
      const first = assignPartitions(given, count);
      const again = given.map(({ memberId }) => ({
        memberId,
        owned: first.get(memberId) ?? [],
        generation: 4,
      }));
      const second = assignPartitions([...again].reverse(), count);
      for (const [memberId, owned] of first) expect(second.get(memberId)).toEqual(owned);
    }),
  );
});

it('a member more takes only its share away', () => {
  fc.assert(
    fc.property(members, fc.integer({ min: 1, max: MOST }), (given, count) => {
      const first = assignPartitions(given, count);
      const again: Member[] = given.map(({ memberId }) => ({
        memberId,
        owned: first.get(memberId) ?? [],
        generation: 4,
      }));
      const joined = [...again, { memberId: 'new', owned: [], generation: -1 }];
      const second = assignPartitions(joined, count);
      const moved = again.flatMap(({ memberId, owned }) =>
        owned.filter((partition) => !second.get(memberId)?.includes(partition)),
      );
      expect(moved.sort((a, b) => a - b)).toEqual(second.get('new'));
    }),
  );
});

it('of two that say they own a partition, the later generation is right', () => {
  const slept = { memberId: 'slept', owned: [0, 1], generation: 3 };
  const awake = { memberId: 'awake', owned: [0, 1], generation: 4 };
  const assigned = assignPartitions([slept, awake], 3);
  expect(assigned.get('awake')).toEqual([0, 1]);
  expect(assigned.get('slept')).toEqual([2]);
});
