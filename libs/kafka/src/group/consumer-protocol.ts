/**
 * What members of a group tell each other, in the form that Kafka's own consumers use ("consumer"
 * protocol, version 2: ConsumerProtocolSubscription.json, ConsumerProtocolAssignment.json), so that
 * Kafka's tools can show it.
 */
const VERSION = 2;
const NO_USER_DATA = -1;

/** What one member subscribes to and owned before. One topic is all we need. */
export interface Subscription {
  readonly topic: string;
  readonly owned: readonly number[];
  /** Generation in which it owned them; -1: none. */
  readonly generation: number;
}

export function encodeSubscription({ topic, owned, generation }: Subscription): Buffer {
  const name = nameBytes(topic);
  return Buffer.concat([
    int16(VERSION),
    int32(1),
    name,
    int32(NO_USER_DATA),
    int32(1),
    name,
    int32(owned.length),
    ...owned.map(int32),
    int32(generation),
  ]);
}

/** Reads what another member wrote; null where it has another form or another topic. */
export function decodeSubscription(bytes: Buffer): Subscription | null {
  try {
    const reader = createReader(bytes);
    if (reader.int16() < VERSION) return null;
    const topics = reader.array(reader.text);
    const userData = reader.int32();
    if (topics.length !== 1 || topics[0] === undefined || userData > 0) return null;
    const owned = reader.array(() => [reader.text(), reader.array(reader.int32)] as const);
    const ofTopic = owned.find(([topic]) => topic === topics[0]);
    return { topic: topics[0], owned: ofTopic?.[1] ?? [], generation: reader.int32() };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

export function encodeAssignment(topic: string, partitions: readonly number[]): Buffer {
  return Buffer.concat([
    int16(VERSION),
    int32(1),
    nameBytes(topic),
    int32(partitions.length),
    ...partitions.map(int32),
    int32(NO_USER_DATA),
  ]);
}

/** Partitions of the topic; none where the leader gave nothing. */
export function decodeAssignment(bytes: Buffer, topic: string): readonly number[] {
  if (bytes.length === 0) return [];
  const reader = createReader(bytes);
  reader.int16();
  const assigned = reader.array(() => [reader.text(), reader.array(reader.int32)] as const);
  return assigned.find(([name]) => name === topic)?.[1] ?? [];
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
  return { int16, int32, text, array };
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
