import { createAPI, produceV9, Writer } from '@platformatic/kafka';
import type { ProducerRecord } from '../producer/record-producer.ts';
import { ByteWriter } from './byte-writer.ts';
import { createBatchEncoder } from './encode-batch.ts';

/** Records of one topic, by partition. */
export interface TopicShare<Each> {
  readonly topic: string;
  readonly partitions: ReadonlyMap<number, Each>;
}

const PRODUCE = 0;
const VERSION = 9;
const ACKS_ALL = -1;
/** More than all fixed fields of the request, of a topic or of a partition. */
const FIELDS = 32;
const NO_TAGS = 0;

/** Produce, version 9, acks=all, over the client's connections; answers as the client reads them. */
export function createProduceApi() {
  const encodeBatch = createBatchEncoder();
  const request = new ByteWriter();
  return createAPI(
    PRODUCE,
    VERSION,
    (timeoutMs: number, shares: readonly TopicShare<readonly ProducerRecord[]>[]) => {
      const now = Date.now();
      writeRequest(request, timeoutMs, shares, (records) => encodeBatch(records, now));
      return joined(request);
    },
    produceV9.parseResponse,
  );
}

/** The same within a transaction, of batches that are encoded already. */
export const transactionalProduceApi = createAPI(
  PRODUCE,
  VERSION,
  (transactionalId: string, timeoutMs: number, shares: readonly TopicShare<Buffer>[]) =>
    Writer.create()
      .appendString(transactionalId)
      .appendInt16(ACKS_ALL)
      .appendInt32(timeoutMs)
      .appendArray([...shares], (ofTopic, { topic, partitions }) => {
        ofTopic.appendString(topic).appendArray([...partitions], (each, [partition, batch]) => {
          each
            .appendInt32(partition)
            .appendUnsignedVarInt(batch.length + 1)
            .append(batch);
        });
      })
      .appendTaggedFields(),
  produceV9.parseResponse,
);

/** The bytes are used again: the connection joins them with its own header at once, which copies. */
function joined(request: ByteWriter): Writer {
  return Writer.create().append(request.view());
}

/** Lengths are one more than they say: compact arrays, strings and bytes (KIP-482). */
function writeRequest<Each>(
  request: ByteWriter,
  timeoutMs: number,
  shares: readonly TopicShare<Each>[],
  encodeBatch: (each: Each) => Buffer,
): void {
  request.reset();
  request.reserve(FIELDS);
  request.uvarint(0); // no transaction
  request.int16(ACKS_ALL);
  request.int32(timeoutMs);
  request.uvarint(shares.length + 1);
  for (const { topic, partitions } of shares) {
    writeName(request, topic);
    request.uvarint(partitions.size + 1);
    for (const [partition, each] of partitions) {
      const batch = encodeBatch(each);
      request.reserve(batch.length + FIELDS);
      request.int32(partition);
      request.uvarint(batch.length + 1);
      request.bytes(batch);
      request.int8(NO_TAGS);
    }
    request.int8(NO_TAGS);
  }
  request.int8(NO_TAGS);
}

/** A name, and room for the fields behind it. */
function writeName(request: ByteWriter, name: string): void {
  const bytes = Buffer.from(name);
  request.reserve(bytes.length + FIELDS);
  request.uvarint(bytes.length + 1);
  request.bytes(bytes);
}
