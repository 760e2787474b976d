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

it('what a member tells is what the leader reads', () => {
  const subscription = fc.record({
    topic,
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
    fc.property(topic, partitions, (name, given) => {
      const bytes = encodeAssignment(name, given);
      expect(decodeAssignment(bytes, name)).toEqual(given);
      expect(decodeAssignment(bytes, `${name}x`)).toEqual([]);
      expect(AssignerProtocol.MemberAssignment.decode(bytes)?.assignment).toEqual({
        [name]: given,
      });
    }),
  );
});

it('bytes of another form are no subscription, and no assignment is none', () => {
  expect(decodeAssignment(Buffer.alloc(0), 't')).toEqual([]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const read = decodeSubscription(Buffer.from(bytes));
      expect(read === null || typeof read.topic === 'string').toBe(true);
    }),
  );
});
