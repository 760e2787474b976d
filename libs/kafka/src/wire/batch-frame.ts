import { crc32c, Writer } from '@platformatic/kafka';
import type { ByteWriter } from './byte-writer.ts';

/** Bytes of a record batch before its records (Kafka protocol, record batch v2). */
const BATCH_OVERHEAD = 61;
const LENGTH_AT = 8;
const CRC_AT = 17;
const CHECKED_FROM = 21;

export interface BatchFields {
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly firstTimestamp: number;
  readonly maxTimestamp: number;
  readonly attributes: number;
  /** Null where the producer is neither idempotent nor transactional. */
  readonly producer: {
    readonly id: bigint;
    readonly epoch: number;
    readonly sequence: number;
  } | null;
}

/** Begins a batch; its records are written behind it, and `finishBatch` then fills the gaps. */
export function beginBatch(batch: ByteWriter, fields: BatchFields): void {
  batch.reset();
  batch.reserve(BATCH_OVERHEAD);
  batch.int64(0n); // base offset
  batch.int32(0); // length, patched
  batch.int32(-1); // partition leader epoch
  batch.int8(2); // magic
  batch.int32(0); // CRC, patched
  batch.int16(fields.attributes);
  batch.int32(fields.count - 1); // last offset delta
  batch.int64(BigInt(fields.firstTimestamp));
  batch.int64(BigInt(fields.maxTimestamp));
  batch.int64(fields.producer?.id ?? -1n);
  batch.int16(fields.producer?.epoch ?? -1);
  batch.int32(fields.producer?.sequence ?? -1);
  batch.int32(fields.count);
}

/** @returns the whole batch, valid until the writer is used again */
export function finishBatch(batch: ByteWriter): Buffer {
  batch.patchInt32(batch.length - LENGTH_AT - 4, LENGTH_AT);
  batch.patchInt32(checksum(batch.view().subarray(CHECKED_FROM)), CRC_AT);
  return batch.view();
}

/** The client copies plain bytes before it looks at them, but not those in its own kind of buffer. */
function checksum(bytes: Buffer): number {
  return crc32c(Writer.create().append(bytes).dynamicBuffer);
}
