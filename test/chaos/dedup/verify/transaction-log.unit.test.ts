import { expect, it } from 'vitest';
import { readPartition } from './transaction-log.ts';

const COMMIT = 1;
const ABORT = 0;

/** A record batch with its head right; of its records only those of a marker matter. */
function batch(baseOffset: number, count: number, producer: number, marker?: 0 | 1): Buffer {
  const bytes = Buffer.alloc(marker === undefined ? 100 : 78);
  bytes.writeBigInt64BE(BigInt(baseOffset), 0);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes.writeInt16BE(producer < 0 ? 0 : marker === undefined ? 0x10 : 0x30, 21);
  bytes.writeInt32BE(count - 1, 23);
  bytes.writeBigInt64BE(BigInt(producer), 43);
  if (marker !== undefined) {
    // Length, attributes, differences of time and offset, length of the key, its version.
    bytes.set([32, 0, 0, 0, 8, 0, 0], 61);
    bytes.writeInt16BE(marker, 68);
  }
  return bytes;
}

function read(...segments: readonly Buffer[]) {
  const log = { committed: new Set<string>(), aborted: new Set<string>(), open: new Set<string>() };
  readPartition('t-0', segments, log);
  return {
    committed: [...log.committed],
    aborted: [...log.aborted],
    open: [...log.open],
  };
}

it('records belong to the next marker of their producer', () => {
  const segment = Buffer.concat([
    batch(0, 2, 7),
    batch(2, 1, 8),
    batch(3, 1, 7, ABORT),
    batch(4, 1, 7),
    batch(5, 1, 8, COMMIT),
    batch(6, 1, 7, COMMIT),
  ]);
  expect(read(segment)).toEqual({
    committed: ['t-0-2', 't-0-4'],
    aborted: ['t-0-0', 't-0-1'],
    open: [],
  });
});

it('records without a transaction count as committed, those without a marker as open', () => {
  expect(read(batch(0, 1, -1), batch(1, 2, 7))).toEqual({
    committed: ['t-0-0'],
    aborted: [],
    open: ['t-0-1', 't-0-2'],
  });
});

it('a batch that was written half is none', () => {
  const whole = Buffer.concat([batch(0, 1, -1), batch(1, 1, -1)]);
  expect(read(whole.subarray(0, -1)).committed).toEqual(['t-0-0']);
  expect(read(Buffer.concat([whole, Buffer.alloc(500)])).committed).toEqual(['t-0-0', 't-0-1']);
});
