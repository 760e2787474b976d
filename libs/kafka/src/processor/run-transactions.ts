import type { PartitionRecords } from '../transactions/split-rounds.ts';
import type {
  ConsumedOffsets,
  TransactionalProducer,
} from '../transactions/transactional-producer.ts';
import type { PayloadRecord } from '../wire/encode-transactional-batch.ts';
import { encodePayload } from '../wire/payload.ts';
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
  producer: Pick<TransactionalProducer, 'commit'>,
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
    await transact(producer, jobs, options);
    const records = jobs.reduce((sum, { run }) => sum + run.records.length, 0);
    options.onCommitted(records, now() - beganAt);
  }
}

/** Each task gets its share, so that one with a long backlog does not hold up the others. */
function takeJobs(tasks: readonly PartitionTask[]): readonly Job[] {
  const waiting = tasks.filter(({ isWaiting }) => isWaiting);
  const share = Math.ceil(MAX_BYTES / Math.max(1, waiting.length));
  return waiting.map((task) => ({ task, run: task.take(share) }));
}

/** Process, write output, changelog and offsets, commit; then the tasks remember and go on. */
async function transact(
  producer: Pick<TransactionalProducer, 'commit'>,
  jobs: readonly Job[],
  { changelogTopic, consumed, lost, now }: TransactionsOptions,
): Promise<void> {
  const shares: PartitionRecords[] = [];
  const next = new Map<number, number>();
  try {
    for (const { task, run } of jobs) {
      const { partition, logic } = task;
      const { output, changelog } = logic.process(run.records);
      for (const [topic, records] of Map.groupBy(output, (record) => record.topic)) {
        shares.push({ topic, partition, records });
      }
      if (changelog.length > 0) {
        const records = changelogRecords(changelog, task, run);
        shares.push({ topic: changelogTopic, partition, records });
      }
      next.set(partition, run.next);
    }
    const lastOffsets = await producer.commit(shares, { ...consumed, next }, lost);
    for (const { task, run } of jobs) {
      task.logic.commit();
      task.committed(run.next, now());
      const last = lastOffsets.get(`${changelogTopic}-${task.partition}`);
      // Nobody else can have written in between: the generation fences them.
      if (last !== undefined) {
        task.changelogPosition = last + 1;
        task.restoredAny = true;
      }
    }
  } catch (error) {
    for (const { task } of jobs) task.logic.discard();
    throw error;
  }
}

function changelogRecords(
  values: readonly Buffer[],
  { partition }: PartitionTask,
  { records }: Run,
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
