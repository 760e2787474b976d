import { setTimeout as delay } from 'node:timers/promises';
import { createRecordProducer, type ProducerRecord } from '@gemini-events/kafka/producer';

const CHUNK = 3_000;
const DELIVERY_TIMEOUT_MS = 30_000;
const MAX_IN_FLIGHT_BYTES = 256 * 1024 * 1024;
const SLOTS = 4;

/** Writes records to a topic as fast as it goes: while one chunk is made, the one before is on its way. */
export async function publishAll(
  brokers: string,
  topic: string,
  records: Iterable<Omit<ProducerRecord, 'topic'>>,
): Promise<void> {
  const producer = createRecordProducer({
    connection: { clientId: 'bench', brokers: [brokers] },
    topics: [topic],
    deliveryTimeoutMs: DELIVERY_TIMEOUT_MS,
    maxInFlightBytes: MAX_IN_FLIGHT_BYTES,
    slots: SLOTS,
    events: { connected: () => undefined, lost: () => undefined },
  });
  try {
    while (!producer.status().ok) await delay(20);
    let onItsWay: Promise<unknown> = Promise.resolve();
    let chunk: Promise<void>[] = [];
    const turn = async (): Promise<void> => {
      const made = Promise.all(chunk);
      // Whoever waits for it is told later.
      made.catch(() => undefined);
      chunk = [];
      await onItsWay;
      onItsWay = made;
    };
    for (const record of records) {
      chunk.push(producer.publish({ topic, ...record }));
      if (chunk.length === CHUNK) await turn();
    }
    await turn();
    await onItsWay;
  } finally {
    await producer.close();
  }
}
