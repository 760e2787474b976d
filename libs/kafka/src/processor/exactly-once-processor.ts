import { setTimeout as delay } from 'node:timers/promises';
import { isBridgeError } from '@gemini-events/events';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { superviseConsumer } from '../group/supervised-consumer.ts';
import type { Cluster } from '../raw/cluster.ts';
import { TransactionalProducer } from '../transactions/transactional-producer.ts';
import { Assignment } from './assignment.ts';
import { HeartbeatPump } from '../group/heartbeat-pump.ts';
import { fitBatch, PartitionTask } from './partition-task.ts';
import { prepareTasks } from './prepare.ts';
import { type Job, runTransaction } from './transaction-loop.ts';
import type { PartitionLogic, TaskState } from './types.ts';

export interface ProcessorOptions {
  readonly kafka: Kafka;
  readonly cluster: Cluster;
  readonly groupId: string;
  readonly transactionalId: string;
  readonly inputTopic: string;
  readonly changelogTopic: string;
  readonly createLogic: (partition: number) => PartitionLogic;
  /** Begin at the earliest record although the changelog says that offsets were lost. */
  readonly allowOffsetReset: boolean;
  readonly events: ProcessorEvents;
}

/** What the processor tells; all of it is for logs and metrics. */
export interface ProcessorEvents {
  readonly joined: (partitions: readonly number[], memberId: string) => void;
  readonly prepared: (partitions: number, milliseconds: number) => void;
  readonly committed: (records: number, milliseconds: number) => void;
  /** A transaction, a restore or the group client failed; it is tried again. */
  readonly failed: (what: 'transaction' | 'prepare' | 'consumer', error: unknown) => void;
  /** Records between the offsets are gone from the log: retention was faster than the processor. */
  readonly gap: (partition: number, from: bigint, to: bigint) => void;
  /** Going on would break a promise; an operator has to decide. */
  readonly fatal: (error: unknown) => void;
}

export interface ProcessorStatus {
  readonly joined: boolean;
  /** Joined, and every assigned partition runs. Nothing assigned counts as ready. */
  readonly ready: boolean;
  readonly tasks: readonly { readonly partition: number; readonly state: TaskState }[];
}

/** An instance that stops answering is replaced after this. */
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 300;
/** Brokers abort a transaction that stays open longer: how long a dead instance can hold a partition. */
const TRANSACTION_TIMEOUT_MS = 8_000;
const RETRY_WAIT_MS = 200;

/**
 * Read, process, write: output, state and consumed offsets in one transaction per instance over all
 * its partitions, fenced by the group's generation (KIP-447; exactly_once_v2 of Kafka Streams).
 */
export class ExactlyOnceProcessor {
  readonly #options: ProcessorOptions;
  readonly #ending = new AbortController();
  readonly #pump = new HeartbeatPump();
  readonly #tasks = new Map<number, PartitionTask>();
  #assignment: Assignment | undefined;
  #lastGeneration = -1;
  #producer: TransactionalProducer | undefined;
  #queue: Job[] = [];
  #draining: Promise<void> | undefined;
  #running: Promise<void> | undefined;

  constructor(options: ProcessorOptions) {
    this.#options = options;
  }

  start(): void {
    const { kafka, groupId, inputTopic, events } = this.#options;
    const create = (): Consumer => {
      const consumer = kafka.consumer({
        groupId,
        sessionTimeout: SESSION_TIMEOUT_MS,
        heartbeatInterval: HEARTBEAT_MS,
        maxWaitTimeInMs: 100,
        maxBytesPerPartition: 1024 * 1024,
        retry: { retries: 1_000, initialRetryTime: 100, maxRetryTime: 1_000 },
      });
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        this.#join(payload.memberId, payload.memberAssignment[inputTopic] ?? []);
      });
      consumer.on(consumer.events.HEARTBEAT, ({ payload }) => {
        this.#heard(payload.memberId, payload.groupGenerationId);
      });
      return consumer;
    };
    this.#running = superviseConsumer(
      create,
      async (consumer) => {
        await consumer.subscribe({ topics: [inputTopic], fromBeginning: true });
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: 64,
          eachBatch: (payload) => this.#handleBatch(consumer, payload),
        });
      },
      { signal: this.#ending.signal, onFailure: (error) => events.failed('consumer', error) },
    );
  }

  status(): ProcessorStatus {
    const assignment = this.#assignment;
    return {
      joined: assignment !== undefined,
      ready: assignment?.isReady ?? false,
      tasks: [...(assignment?.tasks.values() ?? [])].map(({ partition, state }) => ({ partition, state })),
    };
  }

  /** Finishes the open transaction, leaves the group. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
    await this.#draining;
    this.#assignment?.lose();
  }

  /** The group was joined anew; every batch handler of the former assignment has returned. */
  #join(memberId: string, partitions: readonly number[]): void {
    const former = this.#assignment?.generation ?? -1;
    if (former >= 0) this.#lastGeneration = former;
    this.#assignment?.lose();
    for (const partition of this.#tasks.keys()) {
      if (!partitions.includes(partition)) this.#tasks.delete(partition);
    }
    for (const partition of partitions) {
      if (!this.#tasks.has(partition)) {
        this.#tasks.set(partition, new PartitionTask(partition, this.#options.createLogic(partition)));
      }
    }
    this.#assignment = new Assignment(memberId, new Map(this.#tasks));
    for (const task of this.#tasks.values()) task.state = 'fencing';
    this.#options.events.joined(partitions, memberId);
    void this.#prepare(this.#assignment);
  }

  #heard(memberId: string, generation: number): void {
    // A heartbeat that was on its way during the join tells the former generation.
    if (memberId !== this.#assignment?.memberId || generation === this.#lastGeneration) return;
    this.#assignment.learnGeneration(generation);
  }

  async #prepare(assignment: Assignment): Promise<void> {
    const { cluster, transactionalId, events } = this.#options;
    const startedAt = Date.now();
    const signal = AbortSignal.any([assignment.lost, this.#ending.signal]);
    while (!signal.aborted) {
      try {
        await this.#draining;
        // Opening comes first: it settles what a former process of this instance left open.
        this.#producer ??= await TransactionalProducer.open(
          cluster,
          transactionalId,
          TRANSACTION_TIMEOUT_MS,
          signal,
        );
        await prepareTasks(cluster, [...assignment.tasks.values()], { ...this.#options, signal });
        events.prepared(assignment.tasks.size, Date.now() - startedAt);
        assignment.prepared();
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (isBridgeError(error, 'ERR_DEDUP_OFFSETS_LOST', 'ERR_DEDUP_CHANGELOG_CORRUPT')) {
          events.fatal(error);
          return;
        }
        events.failed('prepare', error);
        await delay(RETRY_WAIT_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #handleBatch(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, resolveOffset } = payload;
    const assignment = this.#assignment;
    const task = assignment?.tasks.get(batch.partition);
    if (assignment === undefined || task === undefined) return;
    const first = BigInt(batch.messages[0]?.offset ?? -1);
    const seek = (): void => {
      task.soughtTo = task.position;
      consumer.seek({ topic: batch.topic, partition: batch.partition, offset: String(task.position) });
    };
    await this.#pump.while(heartbeat, async () => {
      if (!(await this.#becomesReady(assignment))) return;
      const fit = fitBatch(task, first);
      if (fit === 'seek') return seek();
      if (fit === 'take-after-gap') this.#options.events.gap(batch.partition, task.position, first);
      try {
        await this.#enqueue(task, batch);
        // With several brokers a join can happen beside this handler: then the offset is not ours to set.
        if (!assignment.lost.aborted) resolveOffset(batch.lastOffset());
      } catch {
        // The transaction failed and was reported; after the tasks are prepared anew, the input goes
        // on where the stable offsets say.
        if (await this.#becomesReady(assignment)) seek();
      }
    });
  }

  /** False when the assignment is lost, a rebalance has begun, or the processor ends. */
  async #becomesReady(assignment: Assignment): Promise<boolean> {
    if (assignment.isReady) return true;
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, this.#ending.signal]);
    const ended = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    try {
      await Promise.race([assignment.whenReady(), this.#pump.failed(over.signal), ended]);
      return assignment.isReady && !this.#ending.signal.aborted;
    } catch {
      return false;
    } finally {
      over.abort();
    }
  }

  #enqueue(task: PartitionTask, batch: EachBatchPayload['batch']): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({
        task,
        records: batch.messages.map((message) => ({
          offset: BigInt(message.offset),
          timestamp: Number(message.timestamp),
          key: message.key,
          value: message.value,
          headers: message.headers ?? {},
        })),
        next: BigInt(batch.lastOffset()) + 1n,
        settle: (error) => (error === undefined ? resolve() : reject(error as Error)),
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
      const jobs = this.#queue.splice(0);
      const error = await this.#transact(jobs);
      for (const job of jobs) job.settle(error);
    }
  }

  async #transact(jobs: readonly Job[]): Promise<unknown> {
    const { changelogTopic, groupId, inputTopic, events } = this.#options;
    const assignment = this.#assignment;
    const producer = this.#producer;
    if (assignment === undefined || producer === undefined || !assignment.isReady) {
      return new Error('the assignment was lost before the transaction began');
    }
    const startedAt = Date.now();
    try {
      const { generation, memberId } = assignment;
      await runTransaction(producer, jobs, {
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
      setImmediate(() => void this.#prepare(assignment));
      return error;
    }
  }
}
