import type { ConsumedRecord } from '@gemini-events/kafka/feed';
import type { ProducerRecord } from '@gemini-events/kafka/producer';

/** Longest error text in a header. */
const MAX_MESSAGE = 500;

/** A record as it stood on its topic. */
export type OriginalRecord = Pick<
  ConsumedRecord,
  'topic' | 'partition' | 'offset' | 'timestamp' | 'value' | 'headers'
> & { readonly key: string | Buffer | null };

/** The record that tells what was given up: key, value and headers as they were, and why, from where. */
export function deadLetterRecord(
  record: OriginalRecord,
  burial: {
    readonly topic: string;
    readonly consumer: string;
    readonly code: string;
    readonly message: string;
    readonly attempts: number;
    /** Milliseconds since 1970. */
    readonly firstFailureAt: number;
    readonly lastFailureAt: number;
  },
): ProducerRecord {
  const original = Object.entries(record.headers).map(([name, value]) => [name, value.toString()]);
  return {
    topic: burial.topic,
    key: record.key ?? '',
    value: record.value ?? Buffer.alloc(0),
    headers: {
      ...Object.fromEntries(original),
      'dlq-topic': record.topic,
      'dlq-partition': String(record.partition),
      'dlq-offset': String(record.offset),
      'dlq-timestamp': new Date(record.timestamp).toISOString(),
      'dlq-consumer': burial.consumer,
      'dlq-attempts': String(burial.attempts),
      'dlq-first-failure': new Date(burial.firstFailureAt).toISOString(),
      'dlq-last-failure': new Date(burial.lastFailureAt).toISOString(),
      'dlq-error-code': burial.code,
      'dlq-error-message': burial.message.slice(0, MAX_MESSAGE),
    },
  };
}
