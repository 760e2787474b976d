import { createAPI, produceV9, Writer } from '@platformatic/kafka';
import type { ProducerRecord } from '../record-producer.ts';
import { ByteWriter } from './byte-writer.ts';
import { createBatchEncoder } from './encode-batch.ts';

/** Records of one topic, by partition. */
export interface TopicShare {
  readonly topic: string;
  readonly partitions: ReadonlyMap<number, readonly ProducerRecord[]>;
}

const PRODUCE = 0;
const ACKS_ALL = -1;
/** More than all fixed fields of the request, of a topic or of a partition. */
const FIELDS = 32;
const NO_TAGS = 0;

/** Produce, version 9, acks=all, over the client's connections; answers as the client reads them. */
export function createProduceApi() {
  const encode = createRequestEncoder();
  return createAPI(
    PRODUCE,
    9,
    // The bytes are used again: the connection joins them with its own header at once, which copies.
    (timeoutMs: number, shares: readonly TopicShare[]) =>
      Writer.create().append(encode(timeoutMs, shares)),
    produceV9.parseResponse,
  );
}

/** @returns a function whose result is valid until it is called again */
function createRequestEncoder(): (timeoutMs: number, shares: readonly TopicShare[]) => Buffer {
  const encodeBatch = createBatchEncoder();
  const request = new ByteWriter();

  // Lengths are one more than they say: compact arrays, strings and bytes (KIP-482).
  return (timeoutMs, shares) => {
    const now = Date.now();
    request.reset();
    request.reserve(FIELDS);
    request.uvarint(0); // no transactional id
    request.int16(ACKS_ALL);
    request.int32(timeoutMs);
    request.uvarint(shares.length + 1);
    for (const { topic, partitions } of shares) {
      const name = Buffer.from(topic);
      request.reserve(name.length + FIELDS);
      request.uvarint(name.length + 1);
      request.bytes(name);
      request.uvarint(partitions.size + 1);
      for (const [partition, records] of partitions) {
        const batch = encodeBatch(records, now);
        request.reserve(batch.length + FIELDS);
        request.int32(partition);
        request.uvarint(batch.length + 1);
        request.bytes(batch);
        request.int8(NO_TAGS);
      }
      request.int8(NO_TAGS);
    }
    request.int8(NO_TAGS);
    return request.view();
  };
}
