import { createAPI, produceV9, Writer } from '@platformatic/kafka';
import type { ProducerRecord } from '../producer/record-producer.ts';
import { ByteWriter } from './byte-writer.ts';
import { createBatchEncoder } from './encode-batch.ts';
import {
  createTransactionalBatchEncoder,
  type PayloadRecord,
} from './encode-transactional-batch.ts';

/** Records of one topic, by partition. */
export interface TopicShare<Each> {
  readonly topic: string;
  readonly partitions: ReadonlyMap<number, Each>;
}

/** The records of one partition, with the number of the first one in the producer's sequence. */
export interface SequencedRecords {
  readonly records: readonly PayloadRecord[];
  readonly sequence: number;
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
      writeRequest(request, null, timeoutMs, shares, (records) => encodeBatch(records, now));
      return joined(request);
    },
    produceV9.parseResponse,
  );
}

/** The same within a transaction. */
export function createTransactionalProduceApi(transaction: {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly epoch: number;
}) {
  const { transactionalId, producerId: id, epoch } = transaction;
  const encodeBatch = createTransactionalBatchEncoder();
  const request = new ByteWriter();
  return createAPI(
    PRODUCE,
    VERSION,
    (timeoutMs: number, shares: readonly TopicShare<SequencedRecords>[]) => {
      writeRequest(request, transactionalId, timeoutMs, shares, ({ records, sequence }) =>
        encodeBatch(records, { id, epoch, sequence }),
      );
      return joined(request);
    },
    produceV9.parseResponse,
  );
}

/** The bytes are used again: the connection joins them with its own header at once, which copies. */
function joined(request: ByteWriter): Writer {
  return Writer.create().append(request.view());
}

/** Lengths are one more than they say: compact arrays, strings and bytes (KIP-482). */
function writeRequest<Each>(
  request: ByteWriter,
  transactionalId: string | null,
  timeoutMs: number,
  shares: readonly TopicShare<Each>[],
  encodeBatch: (each: Each) => Buffer,
): void {
  request.reset();
  if (transactionalId === null) {
    request.reserve(FIELDS);
    request.uvarint(0);
  } else {
    writeName(request, transactionalId);
  }
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
