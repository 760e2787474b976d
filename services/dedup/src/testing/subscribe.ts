import { randomUUID } from 'node:crypto';
import type { KafkaConnection } from '@gemini-events/kafka/connection';
import { type ConsumedRecord, createRecordFeed, type RecordFeed } from '@gemini-events/kafka/feed';

/** Reads a topic from its beginning, as any subscriber with read_committed does. */
export function subscribe(
  connection: KafkaConnection,
  topic: string,
  onRecord: (record: ConsumedRecord) => void,
): RecordFeed {
  const nothing = (): void => undefined;
  const feed = createRecordFeed({
    connection,
    groupId: randomUUID(),
    topics: [topic],
    open: async () => ({
      take(records) {
        for (const record of records) {
          onRecord(record);
          record.settle();
        }
      },
      drained: async () => undefined,
    }),
    events: { joined: nothing, forced: nothing, failed: nothing, gap: nothing },
  });
  feed.start();
  return feed;
}
