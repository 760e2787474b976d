import { crc32c } from '@platformatic/kafka';
import type { ProducerRecord } from '../record-producer.ts';
import { ByteWriter } from './byte-writer.ts';

/** Bytes of a record batch before its records (Kafka protocol, record batch v2). */
const BATCH_OVERHEAD = 61;
const LENGTH_AT = 8;
const CRC_AT = 17;
const CHECKED_FROM = 21;
/** Record length, attributes, time and offset deltas, lengths of key and value, header count. */
const RECORD_OVERHEAD = 40;
/** Lengths of a header's name and value. */
const HEADER_OVERHEAD = 10;
const MAX_NAMES = 100;

/**
 * Makes record batches of one partition: magic 2, no compression, no producer id. The client's own
 * writer takes a chain of small buffers per record, which costs more than all the rest of a delivery.
 * @returns a function whose result is a copy and may be kept
 */
export function createBatchEncoder(): (
  records: readonly ProducerRecord[],
  timestampMs: number,
) => Buffer {
  const batch = new ByteWriter();
  const body = new ByteWriter();
  const writeName = createNameWriter();

  const writeBody = ({ key, value, headers }: ProducerRecord, offsetDelta: number): void => {
    body.reset();
    body.reserve(roomFor(key, value, headers));
    body.int8(0);
    body.varint(0);
    body.varint(offsetDelta);
    if (typeof key === 'string') body.varintText(key);
    else {
      body.varint(key.length);
      body.bytes(key);
    }
    body.varint(value.length);
    body.bytes(value);
    let count = 0;
    for (const _ in headers) count += 1;
    body.varint(count);
    for (const name in headers) {
      writeName(body, name);
      body.varintText(headers[name] ?? '');
    }
  };

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
      writeBody(record, offsetDelta);
      const bytes = body.view();
      batch.reserve(bytes.length + 5);
      batch.varint(bytes.length);
      batch.bytes(bytes);
    }
    batch.patchInt32(batch.length - LENGTH_AT - 4, LENGTH_AT);
    batch.patchInt32(crc32c(batch.view().subarray(CHECKED_FROM)), CRC_AT);
    return Buffer.from(batch.view());
  };
}

/** An upper bound: a character of a string takes at most three bytes. */
function roomFor(
  key: string | Buffer,
  value: Buffer,
  headers: Readonly<Record<string, string>>,
): number {
  let bytes = RECORD_OVERHEAD + key.length * 3 + value.length;
  for (const name in headers) {
    bytes += HEADER_OVERHEAD + (name.length + (headers[name]?.length ?? 0)) * 3;
  }
  return bytes;
}

/** Header names are few: their length and bytes are made once. */
function createNameWriter(): (to: ByteWriter, name: string) => void {
  const names = new Map<string, Buffer>();
  return (to, name) => {
    let bytes = names.get(name);
    if (bytes === undefined) {
      const writer = new ByteWriter();
      writer.reserve(HEADER_OVERHEAD + name.length * 3);
      writer.varintText(name);
      bytes = Buffer.from(writer.view());
      if (names.size < MAX_NAMES) names.set(name, bytes);
    }
    to.bytes(bytes);
  };
}
