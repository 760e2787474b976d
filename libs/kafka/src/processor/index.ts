/** Records in, records out, and offsets in one transaction. */
export { ExactlyOnceProcessor } from './exactly-once-processor.ts';
export type { ProcessorEvents, ProcessorStatus, TaskStatus } from './options.ts';
export type { OutputRecord, PartitionLogic, TaskState } from './types.ts';
