import { compatibilityPartitioner } from '@platformatic/kafka';
import { assert, integer, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { javaPartition, murmur2 } from './murmur2.ts';

describe('murmur2', () => {
  // From Kafka's own UtilsTest.testMurmur2.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Java does', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });

  it('chooses the partition that the client calls compatible, for any key', () => {
    assert(
      property(uint8Array({ maxLength: 64 }), integer({ min: 1, max: 50 }), (bytes, n) => {
        const key = Buffer.from(bytes);
        const record = { topic: 't', key, value: key };
        expect(javaPartition(key, n)).toBe(compatibilityPartitioner(record, key) % n);
      }),
    );
  });
});
