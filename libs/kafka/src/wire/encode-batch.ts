import type { ProducerRecord } from '../producer/record-producer.ts';
import { beginBatch, finishBatch } from './batch-frame.ts';
import { ByteWriter } from './byte-writer.ts';

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
    beginBatch(batch, {
      count: records.length,
      firstTimestamp: timestampMs,
      maxTimestamp: timestampMs,
      attributes: 0,
      producer: null,
    });
    for (const [offsetDelta, record] of records.entries()) {
      writeBody(body, record, offsetDelta);
      const bytes = body.view();
      batch.reserve(bytes.length + MAX_VARINT);
      batch.varint(bytes.length);
      batch.bytes(bytes);
    }
    return finishBatch(batch);
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
