import type { KafkaMessage } from 'kafkajs';

/** A record as a consumer service gets it. */
export interface ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Of a header that occurs several times, the last. */
  readonly headers: Readonly<Record<string, Buffer>>;
}

export function toRecord(topic: string, partition: number, message: KafkaMessage): ConsumedRecord {
  const headers: Record<string, Buffer> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) headers[name] = Buffer.from(last);
  }
  const { key, value } = message;
  const offset = BigInt(message.offset);
  return { topic, partition, offset, timestamp: Number(message.timestamp), key, value, headers };
}
