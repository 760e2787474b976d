import { crc32c, Reader, readRecordsBatch } from '@platformatic/kafka';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createBatchEncoder } from './encode-batch.ts';

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }));
const record = fc.record({
  topic: fc.constant('t'),
  key: fc.oneof(
    text,
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  ),
  value: fc.uint8Array({ maxLength: 3_000 }).map((bytes) => Buffer.from(bytes)),
  headers: fc.dictionary(text, text),
});

const encode = createBatchEncoder();

it('what is written is what the client reads back, one batch after the other', () => {
  fc.assert(
    fc.property(
      fc.array(record, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 0, max: 2 ** 42 }),
      (records, time) => {
        const bytes = encode(records, time);
        const batch = readRecordsBatch(Reader.from(bytes));
        expect(batch).toMatchObject({
          length: bytes.length - 12,
          magic: 2,
          attributes: 0,
          lastOffsetDelta: records.length - 1,
          firstTimestamp: BigInt(time),
          maxTimestamp: BigInt(time),
          producerId: -1n,
          producerEpoch: -1,
          firstSequence: -1,
        });
        expect(batch.crc).toBe(crc32c(bytes.subarray(21)) >>> 0);
        expect(batch.records).toHaveLength(records.length);
        for (const [at, { key, value, headers }] of records.entries()) {
          const read = batch.records[at];
          expect(read?.offsetDelta).toBe(at);
          expect(read?.key?.equals(Buffer.from(key))).toBe(true);
          expect(read?.value?.equals(value)).toBe(true);
          const found = read?.headers.map(([name, each]) => [String(name), String(each)]);
          const sent = Object.entries(headers).map((pair) =>
            pair.map((each) => String(Buffer.from(each))),
          );
          expect(found).toEqual(sent);
        }
      },
    ),
    { numRuns: 300 },
  );
});
