import { describe, expect, it } from 'vitest';
import { encodePayload } from '../wire/payload.ts';
import { RawRecord } from '../wire/raw-record.ts';
import type { RawBatch } from '../wire/read-batches.ts';
import { committedRecords } from './committed-records.ts';

const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

function batchOf(
  attributes: number,
  firstOffset: number,
  producerId: number,
  contents: readonly { readonly key: Buffer | null; readonly value: Buffer | null }[],
): RawBatch {
  const records = contents.map((content, at) => {
    const payload = encodePayload(content);
    return RawRecord.of(payload, firstOffset + at, 0);
  });
  return {
    firstOffset,
    lastOffset: firstOffset + contents.length - 1,
    attributes,
    producerId: BigInt(producerId),
    records: () => records,
  };
}

function data(firstOffset: number, producerId: number, values: readonly string[]): RawBatch {
  const contents = values.map((value) => ({ key: null, value: Buffer.from(value) }));
  return batchOf(TRANSACTIONAL, firstOffset, producerId, contents);
}

function marker(offset: number, producerId: number, kind: 'commit' | 'abort'): RawBatch {
  const key = Buffer.from([0, 0, 0, kind === 'commit' ? 1 : 0]);
  return batchOf(TRANSACTIONAL | CONTROL, offset, producerId, [{ key, value: null }]);
}

const texts = (records: readonly RawRecord[]) => records.map(({ value }) => String(value));

describe('committed records of a fetch', () => {
  it('leave out the records of an aborted transaction and keep the next one of the same producer', () => {
    const batches = [
      data(0, 7, ['a', 'b']),
      marker(2, 7, 'abort'),
      data(3, 7, ['c']),
      marker(4, 7, 'commit'),
    ];
    const { records, nextPosition } = committedRecords(
      batches,
      [{ producerId: 7n, firstOffset: 0n }],
      0,
    );
    expect(texts(records())).toEqual(['c']);
    expect(nextPosition).toBe(5);
  });

  it('keep another producer that writes while a transaction is aborted', () => {
    const batches = [
      data(0, 1, ['a']),
      data(1, 2, ['x']),
      marker(2, 2, 'commit'),
      marker(3, 1, 'abort'),
    ];
    const { records } = committedRecords(batches, [{ producerId: 1n, firstOffset: 0n }], 0);
    expect(texts(records())).toEqual(['x']);
  });

  it('keep a committed transaction of a producer that aborts a later one', () => {
    const batches = [
      data(0, 1, ['a']),
      marker(1, 1, 'commit'),
      data(2, 1, ['b']),
      marker(3, 1, 'abort'),
    ];
    const { records } = committedRecords(batches, [{ producerId: 1n, firstOffset: 2n }], 0);
    expect(texts(records())).toEqual(['a']);
  });

  it('begin at the position although the batch begins before it', () => {
    const { records, nextPosition } = committedRecords([data(4, 1, ['a', 'b', 'c'])], [], 5);
    expect(texts(records())).toEqual(['b', 'c']);
    expect(nextPosition).toBe(7);
  });

  it('move the position over markers, so that a reader comes to the end', () => {
    const { records, nextPosition } = committedRecords([marker(9, 1, 'commit')], [], 9);
    expect([records(), nextPosition]).toEqual([[], 10]);
  });

  it('do not move without records', () => {
    expect(committedRecords([], [], 3).nextPosition).toBe(3);
  });
});
