import { createAPI, type Reader, Writer } from '@platformatic/kafka';

/** Where to read in one partition of a topic. */
export interface FetchPosition {
  readonly partition: number;
  readonly position: number;
}

export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Of the Kafka protocol; 0: none. */
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly aborted: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[];
  /** Record batches as they stand in the log. */
  readonly bytes: Buffer;
}

const FETCH = 1;
const VERSION = 12;
const CONSUMER = -1;
const READ_COMMITTED = 1;
const NONE = Buffer.alloc(0);

/**
 * Fetch, version 12, read_committed, without a session. Errors of single partitions are part of the
 * answer, not a failure: what the others gave is of use. Record batches stay bytes.
 */
export const fetchApi = createAPI(
  FETCH,
  VERSION,
  (
    limits: {
      readonly maxWaitMs: number;
      readonly maxBytes: number;
      readonly partitionBytes: number;
    },
    topics: ReadonlyMap<string, readonly FetchPosition[]>,
  ) =>
    Writer.create()
      .appendInt32(CONSUMER)
      .appendInt32(limits.maxWaitMs)
      .appendInt32(1) // answer as soon as there is anything
      .appendInt32(limits.maxBytes)
      .appendInt8(READ_COMMITTED)
      .appendInt32(0) // no session
      .appendInt32(-1)
      .appendArray([...topics], (writer, [topic, positions]) => {
        writer.appendString(topic).appendArray([...positions], (each, { partition, position }) => {
          each
            .appendInt32(partition)
            .appendInt32(-1) // leader epoch, unknown
            .appendInt64(BigInt(position))
            .appendInt32(-1)
            .appendInt64(-1n)
            .appendInt32(limits.partitionBytes);
        });
      })
      .appendArray([], () => undefined)
      .appendString('') // no rack
      .appendTaggedFields(),
  (_correlationId: number, _apiKey: number, _version: number, reader: Reader) => {
    reader.readInt32(); // throttle time
    const errorCode = reader.readInt16();
    reader.readInt32(); // session
    const partitions: FetchedPartition[] = [];
    reader.readArray((inTopic) => {
      const topic = inTopic.readString();
      inTopic.readArray((each) => partitions.push(readPartition(topic, each)), true, false);
    });
    return { errorCode, partitions };
  },
);

function readPartition(topic: string, reader: Reader): FetchedPartition {
  const partition = reader.readInt32();
  const errorCode = reader.readInt16();
  const highWatermark = Number(reader.readInt64());
  reader.readInt64(); // last stable offset
  reader.readInt64(); // log start
  const aborted =
    reader.readNullableArray((each) => ({
      producerId: each.readInt64(),
      firstOffset: each.readInt64(),
    })) ?? [];
  reader.readInt32(); // preferred replica
  const length = reader.readUnsignedVarInt() - 1;
  const { position } = reader;
  // One piece: the answer may have arrived in several.
  const bytes = length > 0 ? reader.buffer.slice(position, position + length) : NONE;
  if (length > 0) reader.skip(length);
  reader.readTaggedFields();
  return { topic, partition, errorCode, highWatermark, aborted, bytes };
}
