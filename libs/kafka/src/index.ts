export { planTopics, type TopicAction } from './admin/plan-topics.ts';
export { topicConfig } from './admin/topic-config.ts';
export { applyTopics, withAdmin } from './admin/topics.ts';
export { transactionState } from './admin/transaction-state.ts';
export { type TopicWatch, watchTopics } from './admin/watch-topics.ts';
export { createDecoder, type DecodedRecord, type Decoder } from './codec/decoder.ts';
export { createEncoder } from './codec/encoder.ts';
export { createRegistry, type SchemaChange, type SchemaRegistry } from './codec/registry.ts';
export { connectionFrom, createKafkaJs, type KafkaConnection } from './connection.ts';
export {
  consumeRecords,
  type HandleContext,
  type RecordConsumer,
} from './consumer/consume-records.ts';
export type { ConsumedRecord } from './consumer/consumed-record.ts';
export type { ConsumerStatus } from './consumer/membership.ts';
export { ExactlyOnceProcessor } from './processor/exactly-once-processor.ts';
export type { ProcessorEvents, ProcessorStatus, TaskStatus } from './processor/options.ts';
export type { OutputRecord, PartitionLogic, TaskState } from './processor/types.ts';
export { createRecordProducer } from './producer/create-record-producer.ts';
export { javaPartition } from './producer/murmur2.ts';
export type { ProducerRecord, ProducerStatus, RecordProducer } from './producer/record-producer.ts';
export { Cluster } from './raw/cluster.ts';
export { logOffsets, stableOffsets } from './reader/offsets.ts';
export { type Cursor, readCommitted } from './reader/read-committed.ts';
export { createHeaderReader } from './wire/header-reader.ts';
export { encodePayload, withHeader } from './wire/payload.ts';
export { type Payload, RawRecord } from './wire/raw-record.ts';
