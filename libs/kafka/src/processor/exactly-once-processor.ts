import { setTimeout as delay } from 'node:timers/promises';
import { isBridgeError } from '@gemini-events/events';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { HeartbeatPump } from '../group/heartbeat-pump.ts';
import { createMembership } from '../group/membership.ts';
import { superviseConsumer } from '../group/supervised-consumer.ts';
import { logOffsets } from '../reader/offsets.ts';
import { Assignment } from './assignment.ts';
import type { ProcessorOptions, ProcessorStatus } from './options.ts';
import { fitBatch, PartitionTask } from './partition-task.ts';
import { prepareTasks } from './prepare.ts';
import { Transactor } from './transactor.ts';

/** An instance that stops answering is replaced after this. */
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 300;
const FIRST_RETRY_WAIT_MS = 200;
const MAX_RETRY_WAIT_MS = 3_000;
/** Brokers that do not answer must not hold up the end of the process. */
const STOP_LIMIT_MS = 10_000;
/** Where the group was not joined when the end was asked for: there is no transaction to finish. */
const STOP_LIMIT_OUTSIDE_MS = 3_000;

/**
 * Read, process, write: output, state and consumed offsets in one transaction per instance over all
 * its partitions, fenced by the group's generation (KIP-447; exactly_once_v2 of Kafka Streams).
 */
export class ExactlyOnceProcessor {
  readonly #options: ProcessorOptions;
  readonly #ending = new AbortController();
  readonly #pump = new HeartbeatPump();
  readonly #membership = createMembership({
    silenceMs: SESSION_TIMEOUT_MS,
    now: () => performance.now(),
  });
  readonly #transactor: Transactor;
  readonly #tasks = new Map<number, PartitionTask>();
  #assignment: Assignment | undefined;
  #running: Promise<void> | undefined;

  constructor(options: ProcessorOptions) {
    this.#options = options;
    this.#transactor = new Transactor(options, (assignment) => void this.#prepare(assignment));
  }

  start(): void {
    const { events, inputTopic } = this.#options;
    this.#running = superviseConsumer(
      () => this.#createConsumer(),
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
    const { ok } = this.#membership.status();
    return {
      joined: ok,
      ready: ok && assignment?.isReady === true,
      tasks: [...(assignment?.tasks.values() ?? [])].map(({ partition, state }) => ({
        partition,
        state,
      })),
    };
  }

  /**
   * Finishes the open transaction, leaves the group. Where the brokers do not answer it ends all the
   * same: what is open then is aborted by them, or settled by the next process of this instance.
   */
  async stop(): Promise<void> {
    this.#ending.abort();
    if (this.#assignment !== undefined) {
      const limitMs = this.#membership.status().ok ? STOP_LIMIT_MS : STOP_LIMIT_OUTSIDE_MS;
      const limit = new AbortController();
      const left = Promise.all([this.#running, this.#transactor.whenIdle()]);
      await Promise.race([left, delay(limitMs, undefined, { signal: limit.signal })]).finally(() =>
        limit.abort(),
      );
    }
    this.#assignment?.lose();
  }

  #createConsumer(): Consumer {
    const { kafka, groupId, inputTopic } = this.#options;
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: 100,
      maxBytesPerPartition: 1024 * 1024,
      // Topics are made by an operator: made by the way they would have some broker's partition count.
      allowAutoTopicCreation: false,
      retry: { retries: 1_000, initialRetryTime: 100, maxRetryTime: 1_000 },
    });
    this.#membership.watch(consumer);
    const { events } = consumer;
    consumer.on(events.GROUP_JOIN, ({ payload }) => {
      this.#join(payload.memberId, payload.memberAssignment[inputTopic] ?? []);
    });
    consumer.on(events.HEARTBEAT, ({ payload }) => {
      this.#assignment?.learnGeneration(payload.memberId, payload.groupGenerationId);
    });
    // The next join is one of a new member: others may own the partitions by then.
    for (const left of [events.CRASH, events.DISCONNECT] as const) {
      consumer.on(left, () => this.#assignment?.lose());
    }
    return consumer;
  }

  /** The group was joined anew; with one broker every batch handler from before has returned. */
  #join(memberId: string, partitions: readonly number[]): void {
    this.#assignment?.lose();
    for (const partition of this.#tasks.keys()) {
      if (!partitions.includes(partition)) this.#tasks.delete(partition);
    }
    for (const partition of partitions) {
      if (!this.#tasks.has(partition)) {
        const logic = this.#options.createLogic(partition);
        this.#tasks.set(partition, new PartitionTask(partition, logic));
      }
    }
    this.#assignment = new Assignment(memberId, new Map(this.#tasks));
    for (const task of this.#tasks.values()) task.state = 'fencing';
    this.#options.events.joined(partitions, memberId);
    void this.#prepare(this.#assignment);
  }

  async #prepare(assignment: Assignment): Promise<void> {
    if (!assignment.beginPreparing()) return;
    const { cluster, events } = this.#options;
    const startedAt = Date.now();
    const signal = AbortSignal.any([assignment.lost, this.#ending.signal]);
    let waitMs = FIRST_RETRY_WAIT_MS;
    while (!signal.aborted) {
      try {
        // With several brokers a transaction of the former assignment may still run.
        await this.#transactor.whenIdle();
        // Opening comes first: it settles what a former process of this instance left open.
        await this.#transactor.open(signal);
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
        await delay(waitMs, undefined, { signal }).catch(() => undefined);
        waitMs = Math.min(waitMs * 2, MAX_RETRY_WAIT_MS);
      }
    }
  }

  async #handleBatch(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const assignment = this.#assignment;
    const task = assignment?.tasks.get(batch.partition);
    if (assignment === undefined || task === undefined) return;
    const first = BigInt(batch.messages[0]?.offset ?? -1);
    const seek = (): void => {
      task.soughtTo = task.position;
      consumer.seek({
        topic: batch.topic,
        partition: batch.partition,
        offset: String(task.position),
      });
    };
    await this.#pump.while(
      () => payload.heartbeat(),
      async () => {
        if (!(await this.#becomesReady(assignment))) return;
        const fit = fitBatch(task, first);
        if (fit === 'seek') return seek();
        if (fit === 'prepare') {
          assignment.unprepare();
          void this.#prepare(assignment);
          if (await this.#becomesReady(assignment)) seek();
          return;
        }
        if (fit === 'take-after-gap') void this.#reportGap(task.partition, task.position, first);
        try {
          await this.#transactor.enqueue(assignment, task, batch);
          // With several brokers a join can happen beside this handler: then the offset is not ours to set.
          if (!assignment.lost.aborted) payload.resolveOffset(batch.lastOffset());
        } catch {
          // The transaction failed and was reported; after the tasks are prepared anew, the input goes
          // on where the stable offsets say.
          if (await this.#becomesReady(assignment)) seek();
        }
      },
    );
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

  /**
   * Tells of records that retention removed unread. Offsets are also left out where there was no record
   * for us (an aborted transaction): then the log still begins before them.
   */
  async #reportGap(partition: number, from: bigint, first: bigint): Promise<void> {
    const { cluster, inputTopic, events } = this.#options;
    const begins = await logOffsets(cluster, inputTopic, [partition], 'earliest').catch(() => null);
    // Not known: better told than not.
    const begin = begins?.get(partition) ?? first;
    if (begin > from) events.gap(partition, from, begin < first ? begin : first);
  }
}
