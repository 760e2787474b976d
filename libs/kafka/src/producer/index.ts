/** Many records to topics, acknowledged by all replicas. */
export { createRecordProducer } from './create-record-producer.ts';
export type { ProducerRecord, ProducerStatus, RecordProducer } from './record-producer.ts';
