import type { KafkaConnection } from '../connection.ts';
import { createBatchingProducer } from './batching-producer.ts';
import { openPlatformaticSender } from './platformatic-sender.ts';
import type { RecordProducer } from './record-producer.ts';
import type { LinkEvents } from './sender-link.ts';

/** More of them make smaller requests, which cost more (`docs/benchmarks.md`). */
const SLOTS = 2;
const PROBE_EVERY_MS = 2_000;
/** Below Kafka's default message.max.bytes of 1 MiB, whatever part falls on one partition. */
const MAX_BATCH_BYTES = 900_000;

/**
 * A producer that is there before Kafka is: it connects in the background, again and again, and
 * `publish` fails meanwhile.
 *
 * @param options.topics topics that must exist for `status()` to be ok
 * @param options.deliveryTimeoutMs span from publish to acknowledgement; then ERR_KAFKA_UNAVAILABLE
 */
export function createRecordProducer(options: {
  readonly connection: KafkaConnection;
  readonly topics: readonly string[];
  readonly deliveryTimeoutMs: number;
  readonly maxInFlightBytes: number;
  readonly events: LinkEvents;
  readonly slots?: number;
}): RecordProducer {
  const { connection, topics, deliveryTimeoutMs, maxInFlightBytes, events } = options;
  const slots = options.slots ?? SLOTS;
  return createBatchingProducer({
    openSender: () =>
      openPlatformaticSender({ connection, topics, requestTimeoutMs: deliveryTimeoutMs, slots }),
    events,
    deliveryTimeoutMs,
    maxInFlightBytes,
    slots,
    maxBatchBytes: MAX_BATCH_BYTES,
    probeEveryMs: PROBE_EVERY_MS,
    now: () => performance.now(),
  });
}
