import { isBridgeError } from '@gemini-events/events';
import type { ProducerRecord } from '@gemini-events/kafka/producer';
import { untilSuccess } from '@gemini-events/service';

/** Publishes; waits out an outage of Kafka, for which no event is to blame, until the signal is aborted. */
export type LastingPublish = (record: ProducerRecord, signal: AbortSignal) => Promise<void>;

/** @throws by the calls: what publishing again would not change; the reason of the signal */
export function createLastingPublish(
  publish: (record: ProducerRecord) => Promise<void>,
  onFailure: (error: unknown) => void,
): LastingPublish {
  return (record, signal) =>
    untilSuccess(() => publish(record), {
      signal,
      onFailure,
      isFinal: (error) => !isBridgeError(error, 'ERR_KAFKA_UNAVAILABLE'),
    });
}
