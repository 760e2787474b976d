/**
 * What members of a group tell each other, in the form that Kafka's own consumers use ("consumer"
 * protocol, version 2: ConsumerProtocolSubscription.json, ConsumerProtocolAssignment.json), so that
 * Kafka's tools can show it.
 */
const VERSION = 2;
const NO_USER_DATA = -1;

/**
 * What one member subscribes to and owned before. Its topics are co-partitioned: a partition number
 * means that partition of each of them.
 */
export interface Subscription {
  readonly topics: readonly string[];
  readonly owned: readonly number[];
  /** Generation in which it owned them; -1: none. */
  readonly generation: number;
}

export function encodeSubscription({ topics, owned, generation }: Subscription): Buffer {
  return Buffer.concat([
    int16(VERSION),
    int32(topics.length),
    ...topics.map(nameBytes),
    int32(NO_USER_DATA),
    partitionsBytes(topics.map((topic) => [topic, owned])),
    int32(generation),
  ]);
}

/** Reads what another member wrote; null where it has another form. */
export function decodeSubscription(bytes: Buffer): Subscription | null {
  try {
    const reader = createReader(bytes);
    if (reader.int16() < VERSION) return null;
    const topics = reader.array(reader.text);
    const userData = reader.int32();
    if (topics.length === 0 || userData > 0) return null;
    const owned = numbersOf(reader.partitions(), topics);
    return { topics, owned, generation: reader.int32() };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** @param assigned partitions by topic */
export function encodeAssignment(assigned: ReadonlyMap<string, readonly number[]>): Buffer {
  return Buffer.concat([int16(VERSION), partitionsBytes([...assigned]), int32(NO_USER_DATA)]);
}

/** Partition numbers that any of the topics has in it; none where the leader gave nothing. */
export function decodeAssignment(bytes: Buffer, topics: readonly string[]): readonly number[] {
  if (bytes.length === 0) return [];
  const reader = createReader(bytes);
  reader.int16();
  return numbersOf(reader.partitions(), topics);
}

type Partitions = readonly (readonly [topic: string, partitions: readonly number[]])[];

function numbersOf(partitions: Partitions, topics: readonly string[]): readonly number[] {
  const ofTopics = partitions.filter(([topic]) => topics.includes(topic));
  return [...new Set(ofTopics.flatMap(([, numbers]) => numbers))];
}

function partitionsBytes(partitions: Partitions): Buffer {
  return Buffer.concat([
    int32(partitions.length),
    ...partitions.flatMap(([topic, numbers]) => [
      nameBytes(topic),
      int32(numbers.length),
      ...numbers.map(int32),
    ]),
  ]);
}

function createReader(bytes: Buffer) {
  let at = 0;
  const int16 = (): number => {
    at += 2;
    return bytes.readInt16BE(at - 2);
  };
  const int32 = (): number => {
    at += 4;
    return bytes.readInt32BE(at - 4);
  };
  const text = (): string => {
    const length = int16();
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  const array = <Each>(read: () => Each): Each[] => {
    const count = int32();
    const list: Each[] = [];
    for (let left = count; left > 0; left -= 1) list.push(read());
    return list;
  };
  const partitions = (): Partitions => array(() => [text(), array(int32)] as const);
  return { int16, int32, text, array, partitions };
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function nameBytes(name: string): Buffer {
  return Buffer.concat([int16(Buffer.byteLength(name)), Buffer.from(name)]);
}
