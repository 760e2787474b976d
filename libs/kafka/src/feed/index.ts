/** Records for a group of consumers, each partition by one of them. */
export type { ConsumedRecord } from './consumed-record.ts';
export { createRecordFeed } from './record-feed.ts';
export type {
  FedRecord,
  FeedEvents,
  FeedPartitionStatus,
  FeedStatus,
  PartitionOver,
  PartitionWork,
  RecordFeed,
  RecordFeedOptions,
} from './types.ts';
