import { createRecordsBatch, Reader, readRecordsBatch } from '@platformatic/kafka';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTransactionalBatchEncoder, sizeOf } from './encode-transactional-batch.ts';
import { createHeaderReader } from './header-reader.ts';
import { encodePayload, withHeader } from './payload.ts';
import { type Payload, RawRecord } from './raw-record.ts';
import { readBatches } from './read-batches.ts';

const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each));
const nullable = fc.option(bytes);
const header = fc.tuple(
  fc.oneof(
    bytes,
    fc.constantFrom('a', 'bc', 'de').map((name) => Buffer.from(name)),
  ),
  nullable,
);
const content = fc.record({ key: nullable, value: nullable, headers: fc.array(header) });
type Content = { key: Buffer | null; value: Buffer | null; headers: [Buffer, Buffer | null][] };
const timestamp = fc.integer({ min: 0, max: 2 ** 43 });
const records = fc.array(fc.record({ content, timestamp }), { minLength: 1, maxLength: 30 });

const encode = createTransactionalBatchEncoder();
const PRODUCER = { id: 77n, epoch: 3, sequence: 12 };
const contentOf = (record: RawRecord): Content => ({
  key: record.key,
  value: record.value,
  headers: record.headers() as [Buffer, Buffer | null][],
});
const rawOf = (payload: Payload): RawRecord => RawRecord.of(payload, 0, 0);

describe('record batches', () => {
  it('that are written within a transaction are what the client reads, and what we read', () => {
    fc.assert(
      fc.property(records, (given) => {
        const payloads = given.map((each) => ({
          timestamp: each.timestamp,
          payload: encodePayload(each.content),
        }));
        const batch = Buffer.from(encode(payloads, PRODUCER));
        expect(batch.length).toBeLessThanOrEqual(
          payloads.reduce((sum, each) => sum + sizeOf(each), 61),
        );
        const theirs = readRecordsBatch(Reader.from(batch));
        expect(theirs).toMatchObject({
          attributes: 0x10,
          producerId: PRODUCER.id,
          producerEpoch: PRODUCER.epoch,
          firstSequence: PRODUCER.sequence,
          lastOffsetDelta: given.length - 1,
          maxTimestamp: BigInt(Math.max(...given.map((each) => each.timestamp))),
        });
        const [ours] = readBatches(batch);
        const read = ours?.records() ?? [];
        expect(read.map(({ offset }) => offset)).toEqual(given.map((_, at) => at));
        expect(read.map((each) => each.timestamp)).toEqual(given.map((each) => each.timestamp));
        expect(read.map(contentOf)).toEqual(given.map((each) => each.content));
        expect(theirs.records.map(({ key, value }) => [key, value])).toEqual(
          given.map(({ content: { key, value } }) => [key, value]),
        );
      }),
    );
  });

  it('are read one behind the other, compressed or not, and a cut one is left out', () => {
    const compression = fc.constantFrom('none', 'gzip', 'zstd', 'snappy', 'lz4');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(compression, fc.array(bytes, { minLength: 1, maxLength: 5 }))),
        fc.nat(200),
        (given, cut) => {
          const parts = given.map(
            ([algorithm, values]) =>
              createRecordsBatch(
                values.map((value) => ({ topic: 't', value, timestamp: 5n })),
                { compression: algorithm as 'none' },
              ).buffer,
          );
          const last = parts.at(-1)?.subarray(0, cut) ?? Buffer.alloc(0);
          const whole = Buffer.concat(parts);
          const read = readBatches(
            Buffer.concat([whole, last.length < 61 ? last : Buffer.alloc(0)]),
          );
          expect(read.map((batch) => batch.records().map(({ value }) => value))).toEqual(
            given.map(([, values]) => values),
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('headers of a raw record', () => {
  const read = createHeaderReader(['a', 'bc', 'missing']);

  it('are found as any other reader finds them; one that comes twice or is empty says nothing', () => {
    fc.assert(
      fc.property(content, (given) => {
        const found = [...read(rawOf(encodePayload(given)))];
        const expected = ['a', 'bc', 'missing'].map((name) => {
          const all = given.headers.filter(([each]) => each.equals(Buffer.from(name)));
          const [only] = all;
          const value = all.length === 1 ? (only?.[1] ?? null) : null;
          return value === null || value.length === 0 ? null : value.toString('latin1');
        });
        expect(found).toEqual(expected);
      }),
    );
  });

  it('can be set: all else stays, in order', () => {
    fc.assert(
      fc.property(content, (given) => {
        const set = contentOf(rawOf(withHeader(encodePayload(given), 'bc', 'new')));
        const others = given.headers.filter(([name]) => name.toString() !== 'bc');
        expect(set).toEqual({
          ...given,
          headers: [...others, [Buffer.from('bc'), Buffer.from('new')]],
        });
      }),
    );
  });
});
