import { BridgeError } from '@gemini-events/events';
import type { Kafka } from 'kafkajs';
import type { ProducerRecord } from './record-producer.ts';

/**
 * Sends one record and waits for the acknowledgement of all in-sync replicas: for programs that write
 * once and end. Topics are never created by it.
 * @throws BridgeError ERR_KAFKA_UNAVAILABLE
 */
export async function sendOnce(kafka: Kafka, record: ProducerRecord): Promise<void> {
  const { topic, key, value, headers } = record;
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    idempotent: true,
    retry: { retries: 5 },
  });
  try {
    await producer.connect();
    await producer.send({ topic, messages: [{ key, value, headers: { ...headers } }] });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new BridgeError('ERR_KAFKA_UNAVAILABLE', `Kafka: ${message}`, { cause });
  } finally {
    await producer.disconnect().catch(() => undefined);
  }
}
