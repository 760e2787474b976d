import fc from 'fast-check';
import { AssignerProtocol } from 'kafkajs';
import { expect, it } from 'vitest';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from './consumer-protocol.ts';

const partitions = fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 31 - 1 }));
const topic = fc.string({ minLength: 1, maxLength: 200 });
const topics = fc.uniqueArray(topic, { minLength: 1, maxLength: 4 });

it('what a member tells is what the leader reads', () => {
  const subscription = fc.record({
    topics,
    owned: partitions,
    generation: fc.integer({ min: -1, max: 9 }),
  });
  fc.assert(
    fc.property(subscription, (given) => {
      expect(decodeSubscription(encodeSubscription(given))).toEqual(given);
    }),
  );
});

it('what the leader gives is what a member reads, and other clients too', () => {
  fc.assert(
    fc.property(topics, partitions, (names, given) => {
      const bytes = encodeAssignment(new Map(names.map((name) => [name, given])));
      expect(decodeAssignment(bytes, names)).toEqual(given);
      expect(decodeAssignment(bytes, [`${names.join()}x`])).toEqual([]);
      const { assignment } = AssignerProtocol.MemberAssignment.decode(bytes) ?? {};
      expect(new Map(Object.entries(assignment ?? {}))).toEqual(
        new Map(names.map((name) => [name, given])),
      );
    }),
  );
});

it('a number that only some topics have is assigned as well', () => {
  const bytes = encodeAssignment(
    new Map([
      ['few', [0]],
      ['many', [0, 3]],
    ]),
  );
  expect(decodeAssignment(bytes, ['few', 'many'])).toEqual([0, 3]);
});

it('bytes of another form are no subscription, and no assignment is none', () => {
  expect(decodeAssignment(Buffer.alloc(0), ['t'])).toEqual([]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const read = decodeSubscription(Buffer.from(bytes));
      expect(read === null || read.topics.length > 0).toBe(true);
    }),
  );
});
