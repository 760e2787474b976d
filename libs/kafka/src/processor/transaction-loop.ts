import type {
  ConsumedOffsets,
  TransactionalProducer,
  TransactionRecord,
} from '../transactions/transactional-producer.ts';
import type { PartitionTask } from './partition-task.ts';
import type { InputRecord } from './types.ts';

/** A run of records of one partition that waits for its transaction. */
export interface Job {
  readonly task: PartitionTask;
  readonly records: readonly InputRecord[];
  /** Offset behind the last record of the run. */
  readonly next: bigint;
  readonly settle: (error?: unknown) => void;
}

/**
 * One transaction over the runs of all partitions: process, write output, changelog and offsets,
 * commit; then the tasks remember and go on. On an error nothing is remembered.
 */
export async function runTransaction(
  producer: TransactionalProducer,
  jobs: readonly Job[],
  options: {
    readonly changelogTopic: string;
    readonly consumed: Omit<ConsumedOffsets, 'next'>;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { changelogTopic } = options;
  const records: TransactionRecord[] = [];
  const next = new Map<number, bigint>();
  try {
    for (const { task, records: run, next: behind } of jobs) {
      const { partition, logic } = task;
      const { output, changelog } = logic.process(run);
      for (const record of output) records.push({ ...record, partition });
      // The latest: retention must not take the record before all of its ids are out of the window.
      const timestamp = run.reduce((latest, record) => Math.max(latest, record.timestamp), 0);
      for (const value of changelog)
        records.push(changelogRecord(changelogTopic, partition, value, timestamp));
      next.set(partition, behind);
    }
    const lastOffsets = await producer.commit(
      records,
      { ...options.consumed, next },
      options.signal,
    );
    for (const { task, next: behind } of jobs) {
      task.logic.commit();
      task.position = behind;
      const last = lastOffsets.get(`${changelogTopic}-${task.partition}`);
      // Nobody else can have written in between: the generation fences them.
      if (last !== undefined) {
        task.changelogPosition = last + 1n;
        task.restoredAny = true;
      }
    }
  } catch (error) {
    for (const { task } of jobs) task.logic.discard();
    throw error;
  }
}

function changelogRecord(
  topic: string,
  partition: number,
  value: Buffer,
  timestamp: number,
): TransactionRecord {
  return {
    topic,
    partition,
    key: Buffer.from(String(partition)),
    value,
    headers: new Map(),
    timestamp,
  };
}
