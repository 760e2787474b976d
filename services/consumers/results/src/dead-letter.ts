import { isBridgeError } from '@gemini-events/events';
import type { ConsumedRecord, ProducerRecord } from '@gemini-events/kafka';

/** Longest error text in a header. */
const MAX_MESSAGE = 500;

/** The record that tells what was given up: key, value and headers as they were, and why, from where. */
export function deadLetter(
  record: ConsumedRecord,
  failure: {
    readonly topic: string;
    readonly consumer: string;
    readonly error: unknown;
    readonly attempts: number;
    readonly firstFailureAt: number;
    readonly lastFailureAt: number;
  },
): ProducerRecord {
  const { error } = failure;
  const message = error instanceof Error ? error.message : String(error);
  const original = Object.entries(record.headers).map(([name, value]) => [name, value.toString()]);
  return {
    topic: failure.topic,
    key: record.key ?? '',
    value: record.value ?? Buffer.alloc(0),
    headers: {
      ...Object.fromEntries(original),
      'dlq-topic': record.topic,
      'dlq-partition': String(record.partition),
      'dlq-offset': String(record.offset),
      'dlq-timestamp': new Date(record.timestamp).toISOString(),
      'dlq-consumer': failure.consumer,
      'dlq-attempts': String(failure.attempts),
      'dlq-first-failure': new Date(failure.firstFailureAt).toISOString(),
      'dlq-last-failure': new Date(failure.lastFailureAt).toISOString(),
      'dlq-error-code': isBridgeError(error) ? error.code : 'ERR_UNEXPECTED',
      'dlq-error-message': message.slice(0, MAX_MESSAGE),
    },
  };
}
