import type {
  ConsumedOffsets,
  EncodedBatch,
  TransactionalProducer,
} from '../transactions/transactional-producer.ts';
import type { PayloadRecord } from '../wire/encode-transactional-batch.ts';
import { encodePayload } from '../wire/payload.ts';
import type { RawRecord } from '../wire/raw-record.ts';
import { release } from '../wire/release.ts';
import type { InputFetcher } from './input-fetcher.ts';
import type { PartitionTask, Run } from './partition-task.ts';

/**
 * A transaction takes what waits: one record where little comes, and about so much of them under load,
 * so that it stays short and its memory bounded.
 */
const MAX_BYTES = 2 * 1024 * 1024;

interface Job {
  readonly task: PartitionTask;
  readonly run: Run;
}

export interface TransactionsOptions {
  readonly changelogTopic: string;
  readonly consumed: Omit<ConsumedOffsets, 'next'>;
  /** Begins no more transactions when it is aborted. */
  readonly drain: AbortSignal;
  /** The membership is gone: waiting for the coordinator is of no use any more. */
  readonly lost: AbortSignal;
  readonly now: () => number;
  readonly onCommitted: (records: number, milliseconds: number) => void;
}

/**
 * One transaction after the other over all tasks of an instance, while the fetcher reads ahead. Resolves
 * when it was drained; rejects when a transaction failed: its fate may be unknown then, and the caller
 * replaces the producer before anything else is sent.
 * @param fetcher wakes whoever waits for an arrival when `drain` is aborted
 */
export async function runTransactions(
  producer: Pick<TransactionalProducer, 'encode' | 'commit'>,
  tasks: readonly PartitionTask[],
  fetcher: Pick<InputFetcher, 'arrived' | 'lookedAt' | 'taken'>,
  options: TransactionsOptions,
): Promise<void> {
  const { drain, now } = options;
  while (!drain.aborted) {
    fetcher.lookedAt();
    const jobs = takeJobs(tasks);
    if (jobs.length === 0) {
      await fetcher.arrived();
      continue;
    }
    fetcher.taken();
    const beganAt = now();
    const records = await transact(producer, jobs, options);
    options.onCommitted(records, now() - beganAt);
  }
}

/** Each task gets its share, so that one with a long backlog does not hold up the others. */
function takeJobs(tasks: readonly PartitionTask[]): readonly Job[] {
  const waiting = tasks.filter(({ isWaiting }) => isWaiting);
  const share = Math.ceil(MAX_BYTES / Math.max(1, waiting.length));
  return waiting.map((task) => ({ task, run: task.take(share) }));
}

/**
 * Process, write output, changelog and offsets, commit; then the tasks remember and go on.
 * @returns how many records it took
 */
async function transact(
  producer: Pick<TransactionalProducer, 'encode' | 'commit'>,
  jobs: readonly Job[],
  { changelogTopic, consumed, lost, now }: TransactionsOptions,
): Promise<number> {
  const batches: EncodedBatch[] = [];
  const next = new Map<number, number>();
  let count = 0;
  try {
    for (const { task, run } of jobs) {
      const { partition, logic } = task;
      const records = run.records();
      const { output, changelog } = logic.process(records);
      for (const [topic, ofTopic] of Map.groupBy(output, (record) => record.topic)) {
        batches.push(...producer.encode({ topic, partition, records: ofTopic }));
      }
      if (changelog.length > 0) {
        const written = changelogRecords(changelog, task, records);
        batches.push(...producer.encode({ topic: changelogTopic, partition, records: written }));
      }
      next.set(partition, run.next);
      count += records.length;
    }
    const lastOffsets = await producer.commit(batches, { ...consumed, next }, lost);
    for (const { task, run } of jobs) {
      task.logic.commit();
      task.committed(run.next, now());
      run.bytes.forEach(release);
      const last = lastOffsets.get(`${changelogTopic}-${task.partition}`);
      // Nobody else can have written in between: the generation fences them.
      if (last !== undefined) {
        task.changelogPosition = last + 1;
        task.restoredAny = true;
      }
    }
    return count;
  } catch (error) {
    for (const { task } of jobs) task.logic.discard();
    throw error;
  }
}

function changelogRecords(
  values: readonly Buffer[],
  { partition }: PartitionTask,
  records: readonly RawRecord[],
): readonly PayloadRecord[] {
  const key = Buffer.from(String(partition));
  // Retention counts from here. Ids are needed until their window has passed, counted by record time,
  // which a backlog holds behind the clock: so what is written now is new now.
  const timestamp = records.reduce(
    (latest, record) => Math.max(latest, record.timestamp),
    Date.now(),
  );
  return values.map((value) => ({ timestamp, payload: encodePayload({ key, value }) }));
}
