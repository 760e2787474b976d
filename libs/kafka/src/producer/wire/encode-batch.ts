import { crc32c, Writer } from '@platformatic/kafka';
import type { ProducerRecord } from '../record-producer.ts';
import { ByteWriter } from './byte-writer.ts';

/** Bytes of a record batch before its records (Kafka protocol, record batch v2). */
const BATCH_OVERHEAD = 61;
const LENGTH_AT = 8;
const CRC_AT = 17;
const CHECKED_FROM = 21;
const MAX_VARINT = 5;
/** Record length, attributes, time and offset deltas, lengths of key and value, header count. */
const RECORD_OVERHEAD = 40;
/** Lengths of a header's name and value. */
const HEADER_OVERHEAD = 10;

/**
 * Makes record batches of one partition: magic 2, no compression, no producer id. The client's own
 * writer takes a chain of small buffers per record, which costs more than all the rest of a delivery.
 * @returns a function whose result is valid until it is called again
 */
export function createBatchEncoder(): (
  records: readonly ProducerRecord[],
  timestampMs: number,
) => Buffer {
  const batch = new ByteWriter();
  const body = new ByteWriter();

  return (records, timestampMs) => {
    const time = BigInt(timestampMs);
    batch.reset();
    batch.reserve(BATCH_OVERHEAD);
    batch.int64(0n); // base offset
    batch.int32(0); // length, patched
    batch.int32(-1); // partition leader epoch
    batch.int8(2); // magic
    batch.int32(0); // CRC, patched
    batch.int16(0); // attributes
    batch.int32(records.length - 1); // last offset delta
    batch.int64(time);
    batch.int64(time);
    batch.int64(-1n); // producer id
    batch.int16(-1); // producer epoch
    batch.int32(-1); // base sequence
    batch.int32(records.length);
    for (const [offsetDelta, record] of records.entries()) {
      writeBody(body, record, offsetDelta);
      const bytes = body.view();
      batch.reserve(bytes.length + MAX_VARINT);
      batch.varint(bytes.length);
      batch.bytes(bytes);
    }
    batch.patchInt32(batch.length - LENGTH_AT - 4, LENGTH_AT);
    batch.patchInt32(checksum(batch.view().subarray(CHECKED_FROM)), CRC_AT);
    return batch.view();
  };
}

function writeBody(
  body: ByteWriter,
  { key, value, headers }: ProducerRecord,
  offsetDelta: number,
): void {
  body.reset();
  let count = 0;
  let room = RECORD_OVERHEAD + key.length * ByteWriter.BYTES_PER_CHARACTER + value.length;
  for (const name in headers) {
    const characters = name.length + (headers[name]?.length ?? 0);
    room += HEADER_OVERHEAD + characters * ByteWriter.BYTES_PER_CHARACTER;
    count += 1;
  }
  body.reserve(room);
  body.int8(0); // attributes
  body.varint(0); // time delta
  body.varint(offsetDelta);
  if (typeof key === 'string') body.varintText(key);
  else body.varintBytes(key);
  body.varintBytes(value);
  body.varint(count);
  for (const name in headers) {
    body.varintText(name);
    body.varintText(headers[name] ?? '');
  }
}

/** The client copies plain bytes before it looks at them, but not those in its own kind of buffer. */
function checksum(bytes: Buffer): number {
  return crc32c(Writer.create().append(bytes).dynamicBuffer);
}
