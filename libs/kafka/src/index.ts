export { type GroupStanding, groupsWithLag } from './admin/group-lag.ts';
export { planTopics, type TopicAction } from './admin/plan-topics.ts';
export { topicConfig } from './admin/topic-config.ts';
export { applyTopics, withAdmin } from './admin/topics.ts';
export { transactionState } from './admin/transaction-state.ts';
export { type TopicWatch, watchTopics } from './admin/watch-topics.ts';
export { createDecoder, type DecodedRecord, type Decoder } from './codec/decoder.ts';
export { createEncoder } from './codec/encoder.ts';
export { createRegistry, type SchemaChange, type SchemaRegistry } from './codec/registry.ts';
export { connectionFrom, createKafkaJs, type KafkaConnection } from './connection.ts';
export type { CopyProgress, CopyRange, Select, Selected } from './copier/copy-options.ts';
export { copyRecords, endCopy } from './copier/copy-records.ts';
export { type Portion, scanRanges } from './copier/scan-ranges.ts';
export type { ConsumedRecord } from './feed/consumed-record.ts';
export { createRecordFeed } from './feed/record-feed.ts';
export type {
  FedRecord,
  FeedEvents,
  FeedPartitionStatus,
  FeedStatus,
  PartitionOver,
  PartitionWork,
  RecordFeed,
  RecordFeedOptions,
} from './feed/types.ts';
export { ExactlyOnceProcessor } from './processor/exactly-once-processor.ts';
export type { ProcessorEvents, ProcessorStatus, TaskStatus } from './processor/options.ts';
export type { OutputRecord, PartitionLogic, TaskState } from './processor/types.ts';
export { createRecordProducer } from './producer/create-record-producer.ts';
export { javaPartition } from './producer/murmur2.ts';
export type { ProducerRecord, ProducerStatus, RecordProducer } from './producer/record-producer.ts';
export { sendOnce } from './producer/send-once.ts';
export { Cluster } from './raw/cluster.ts';
export { type Cursor, type FetchedPortion, fetchPortions } from './reader/fetch-portions.ts';
export { beginOffsets, logOffsets, stableOffsets } from './reader/offsets.ts';
export { readCommitted } from './reader/read-committed.ts';
export { readToEnd } from './reader/read-to-end.ts';
export { createHeaderReader } from './wire/header-reader.ts';
export { createNamedHeaders, type NamedHeaders } from './wire/named-headers.ts';
export { encodePayload, withHeader, withHeaders } from './wire/payload.ts';
export { type Payload, RawRecord } from './wire/raw-record.ts';
