import { batchFailed, batchSucceeded } from '@gemini-events/consumer/testing';
import { cloudEventHeaders, HEADER } from '@gemini-events/events';
import { createEncoder } from '@gemini-events/kafka/codec';
import type { ReplayBed } from '../replay/bed.ts';

/** An event that is to be on the batch topic. */
export interface Given {
  readonly id: string;
  readonly resource: string;
  readonly type: 'batch.succeeded' | 'batch.failed';
  readonly source?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** When it happened and was received, milliseconds since 1970. */
  readonly at: number;
}

/** Unlike those of the replay bed, each is in its value what its header says. */
export async function publishBatchEvents(
  bed: Pick<ReplayBed, 'kafka' | 'registry' | 'prefix' | 'topics'>,
  given: readonly Given[],
): Promise<void> {
  const ids = await bed.registry.lookupSchemaIds(bed.prefix, ['BatchEvent']);
  const encode = createEncoder(ids);
  const producer = bed.kafka.producer();
  await producer.connect();
  const messages = given.map(({ id, resource, type, source = 'default', labels = {}, at }) => {
    const make = type === 'batch.failed' ? batchFailed : batchSucceeded;
    const value = make({
      event_id: id,
      resource_id: resource,
      source,
      labels: { ...labels },
      occurred_at: at,
      received_at: at,
    });
    return {
      key: resource,
      timestamp: String(at),
      value: encode({ name: 'BatchEvent', value }),
      headers: {
        [HEADER.webhookId]: id,
        [HEADER.source]: source,
        ...cloudEventHeaders({ eventId: id, source, type, subject: resource, time: at }),
      },
    };
  });
  await producer.send({ topic: bed.topics.events('batch'), messages });
  await producer.disconnect();
}
