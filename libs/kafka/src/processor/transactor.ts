import type { EachBatchPayload } from 'kafkajs';
import { TransactionalProducer } from '../transactions/transactional-producer.ts';
import type { Assignment } from './assignment.ts';
import type { ProcessorOptions } from './options.ts';
import type { PartitionTask } from './partition-task.ts';
import { type Job, runTransaction } from './transaction-loop.ts';

/**
 * Brokers abort a transaction that stays open longer; they look every 10 s by default. So a killed
 * instance holds its partitions for 15 s at most.
 */
const TRANSACTION_TIMEOUT_MS = 5_000;

interface QueuedJob extends Job {
  readonly assignment: Assignment;
}

/**
 * Holds the one transactional producer of an instance, and the runs that wait for a transaction. One
 * transaction at a time takes all runs that wait.
 */
export class Transactor {
  readonly #options: ProcessorOptions;
  readonly #onFailure: (assignment: Assignment) => void;
  #producer: TransactionalProducer | undefined;
  #queue: QueuedJob[] = [];
  #draining: Promise<void> | undefined;

  /** @param onFailure called after the runs of a failed transaction were told so. */
  constructor(options: ProcessorOptions, onFailure: (assignment: Assignment) => void) {
    this.#options = options;
    this.#onFailure = onFailure;
  }

  /** Resolves when no transaction runs and no run waits. */
  async whenIdle(): Promise<void> {
    await this.#draining;
  }

  /** Makes sure that there is a producer. Opening one settles what this instance left open. */
  async open(signal: AbortSignal): Promise<void> {
    if (this.#producer !== undefined) return;
    const { cluster, transactionalId } = this.#options;
    const producer = await TransactionalProducer.open(
      cluster,
      transactionalId,
      TRANSACTION_TIMEOUT_MS,
      signal,
    );
    // Assignment A opens, the group is joined anew, B opens too, and the answer to A comes last: it
    // must not replace the producer of B, which has fenced it.
    signal.throwIfAborted();
    this.#producer = producer;
  }

  /** Resolves when the run is committed; rejects when its transaction failed or never began. */
  enqueue(
    assignment: Assignment,
    task: PartitionTask,
    batch: EachBatchPayload['batch'],
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({
        assignment,
        task,
        records: batch.messages.map((message) => ({
          offset: BigInt(message.offset),
          timestamp: Number(message.timestamp),
          key: message.key,
          value: message.value,
          headers: message.headers ?? {},
        })),
        next: BigInt(batch.lastOffset()) + 1n,
        settle: (error) => (error === undefined ? resolve() : reject(error)),
      });
      this.#draining ??= this.#drain().finally(() => {
        this.#draining = undefined;
      });
    });
  }

  /** Takes all that waits into one transaction, again and again until nothing waits. */
  async #drain(): Promise<void> {
    // One turn of the event loop: the handlers of the other partitions of this fetch enqueue as well.
    await new Promise(setImmediate);
    while (this.#queue.length > 0) {
      // Runs may wait behind a transaction that failed, or that outlived its assignment. At most one
      // assignment is not lost: those that are ready belong to the same one.
      const jobs = Map.groupBy(this.#queue.splice(0), ({ assignment }) => assignment.isReady);
      for (const job of jobs.get(false) ?? []) {
        job.settle(new Error('the assignment was lost before the transaction began'));
      }
      const ready = jobs.get(true) ?? [];
      if (ready[0] === undefined) continue;
      const error = await this.#transact(ready[0].assignment, ready);
      for (const job of ready) job.settle(error);
    }
  }

  async #transact(assignment: Assignment, jobs: readonly Job[]): Promise<unknown> {
    const { changelogTopic, groupId, inputTopic, events } = this.#options;
    const { generation, memberId } = assignment;
    const startedAt = Date.now();
    try {
      if (this.#producer === undefined) throw new Error('there is no producer');
      await runTransaction(this.#producer, jobs, {
        changelogTopic,
        consumed: { groupId, generation, memberId, topic: inputTopic },
        signal: assignment.lost,
      });
      events.committed(
        jobs.reduce((sum, { records }) => sum + records.length, 0),
        Date.now() - startedAt,
      );
      return undefined;
    } catch (error) {
      events.failed('transaction', error);
      // Its fate may be unknown: nothing more is sent with this producer.
      this.#producer = undefined;
      assignment.unprepare();
      setImmediate(this.#onFailure, assignment);
      return error;
    }
  }
}
