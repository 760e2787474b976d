import { describe, expect, it } from 'vitest';
import { committedRecords, type LogRecord } from './committed-records.ts';

const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

type Batch = Parameters<typeof committedRecords>[0][number];

function data(firstOffset: number, producerId: number, values: readonly string[]): Batch {
  return {
    firstOffset: BigInt(firstOffset),
    firstTimestamp: 0n,
    lastOffsetDelta: values.length - 1,
    attributes: TRANSACTIONAL,
    producerId: BigInt(producerId),
    records: values.map((value, offsetDelta) => ({
      length: 0,
      attributes: 0,
      timestampDelta: 0n,
      offsetDelta,
      key: null,
      value: Buffer.from(value),
      headers: [],
    })),
  };
}

function marker(offset: number, producerId: number, kind: 'commit' | 'abort'): Batch {
  const key = Buffer.from([0, 0, 0, kind === 'commit' ? 1 : 0]);
  const batch = data(offset, producerId, ['']);
  const records = batch.records.map((record) => ({ ...record, key }));
  return { ...batch, attributes: TRANSACTIONAL | CONTROL, records };
}

const texts = (records: readonly LogRecord[]) => records.map(({ value }) => String(value));

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
      0n,
    );
    expect(texts(records)).toEqual(['c']);
    expect(nextPosition).toBe(5n);
  });

  it('keep another producer that writes while a transaction is aborted', () => {
    const batches = [
      data(0, 1, ['a']),
      data(1, 2, ['x']),
      marker(2, 2, 'commit'),
      marker(3, 1, 'abort'),
    ];
    const { records } = committedRecords(batches, [{ producerId: 1n, firstOffset: 0n }], 0n);
    expect(texts(records)).toEqual(['x']);
  });

  it('keep a committed transaction of a producer that aborts a later one', () => {
    const batches = [
      data(0, 1, ['a']),
      marker(1, 1, 'commit'),
      data(2, 1, ['b']),
      marker(3, 1, 'abort'),
    ];
    const { records } = committedRecords(batches, [{ producerId: 1n, firstOffset: 2n }], 0n);
    expect(texts(records)).toEqual(['a']);
  });

  it('begin at the position although the batch begins before it', () => {
    const { records, nextPosition } = committedRecords([data(4, 1, ['a', 'b', 'c'])], [], 5n);
    expect(texts(records)).toEqual(['b', 'c']);
    expect(nextPosition).toBe(7n);
  });

  it('move the position over markers, so that a reader comes to the end', () => {
    expect(committedRecords([marker(9, 1, 'commit')], [], 9n)).toEqual({
      records: [],
      nextPosition: 10n,
    });
  });

  it('do not move without records', () => {
    expect(committedRecords([], [], 3n).nextPosition).toBe(3n);
  });
});
