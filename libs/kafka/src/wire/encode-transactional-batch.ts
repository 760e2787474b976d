import { beginBatch, finishBatch } from './batch-frame.ts';
import { ByteWriter } from './byte-writer.ts';
import type { Payload } from './raw-record.ts';

/** Part of a batch's attributes (KIP-98). */
const TRANSACTIONAL = 0x10;
/** Lengths and deltas of one record. */
const RECORD_OVERHEAD = 24;

/** A record as it is copied: only its place and time are written anew. */
export interface PayloadRecord {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** Key, value and headers as they are encoded. */
  readonly payload: Payload;
}

/** Bytes that a record takes in a batch, never less than that. */
export function sizeOf({ payload }: PayloadRecord): number {
  return payload.end - payload.start + RECORD_OVERHEAD;
}

/**
 * Makes record batches of one partition within a transaction.
 * @returns a function whose result is valid until it is called again
 */
export function createTransactionalBatchEncoder(): (
  records: readonly PayloadRecord[],
  producer: { readonly id: bigint; readonly epoch: number; readonly sequence: number },
) => Buffer {
  const batch = new ByteWriter();

  return (records, producer) => {
    const firstTimestamp = records[0]?.timestamp ?? 0;
    let maxTimestamp = firstTimestamp;
    for (const { timestamp } of records) if (timestamp > maxTimestamp) maxTimestamp = timestamp;
    beginBatch(batch, {
      count: records.length,
      firstTimestamp,
      maxTimestamp,
      attributes: TRANSACTIONAL,
      producer,
    });
    for (const [offsetDelta, record] of records.entries()) {
      const { bytes, start, end } = record.payload;
      const timeDelta = record.timestamp - firstTimestamp;
      batch.reserve(end - start + RECORD_OVERHEAD);
      batch.varint(1 + varintBytes(timeDelta) + varintBytes(offsetDelta) + end - start);
      batch.int8(0); // attributes
      batch.varlong(timeDelta);
      batch.varint(offsetDelta);
      batch.part(bytes, start, end);
    }
    return finishBatch(batch);
  };
}

/** Bytes of a zigzag varint. */
function varintBytes(value: number): number {
  let rest = value < 0 ? -value * 2 - 1 : value * 2;
  let bytes = 1;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}
