import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload } from 'kafkajs';
import { createKafkaJs, type KafkaConnection } from '../connection.ts';
import { type ConsumedRecord, toRecord } from './consumed-record.ts';
import { createDrain } from './drain.ts';
import { HeartbeatPump } from './heartbeat-pump.ts';
import { type ConsumerStatus, createMembership } from './membership.ts';
import { runByKey } from './run-by-key.ts';
import { createSlots } from './slots.ts';
import { superviseConsumer } from './supervised-consumer.ts';

/** When a handler has to let go. */
export interface HandleContext {
  /** The consumer stops or the group is joined anew: finish what runs, begin no wait. */
  readonly draining: AbortSignal;
  /** The grace is over: give up now. The record is handled again, perhaps elsewhere. */
  readonly signal: AbortSignal;
}

export interface RecordConsumer {
  status(): ConsumerStatus;
  /** Lets running handlers end within the grace, commits, leaves the group. Safe to call twice. */
  stop(): Promise<void>;
}

const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 1_000;
const COMMIT_EVERY_MS = 1_000;
const DRAIN_GRACE_MS = 10_000;
/** For the last commit and for leaving the group, after the grace. */
const LEAVE_LIMIT_MS = 5_000;
const MAX_PAUSE_MS = 10_000;
const PARALLEL_RECORDS = 16;
/** More than a member is likely to be assigned, so that no batch waits for another one's worker. */
const PARALLEL_PARTITIONS = 128;

/**
 * Consumes committed records (read_committed) at least once: per key in order, keys side by side. An
 * offset is committed only when all records before it are handled. A handler that throws is called
 * again with the same record, with growing pauses and without end, and its partition does not go on
 * meanwhile: the handler decides when to give up (writing a dead letter is a way to return).
 *
 * On a rebalance nothing more is started, what runs has a grace to finish, and only then the group is
 * joined again; a crash repeats what was not committed. Outlives outages of any length. A group that
 * has no offsets begins at the earliest record; topics are never created.
 *
 * kafkajs asks a broker for more only when all it got from there last is handled: a slow handler holds
 * up other partitions of the same broker.
 */
export function consumeRecords(options: {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly handle: (record: ConsumedRecord, context: HandleContext) => Promise<void>;
  /** The group client or a handler failed; it is tried again. */
  readonly onFailure: (error: unknown) => void;
  /** Aborted: as `stop`. */
  readonly signal?: AbortSignal;
  /** Handlers at a time. @default 16 */
  readonly parallel?: number;
  /** Time for handlers to finish on a rebalance and at the end. @default 10000 */
  readonly drainGraceMs?: number;
}): RecordConsumer {
  const { groupId, topics, handle, onFailure } = options;
  const kafka = createKafkaJs(options.connection);
  const ending = new AbortController();
  const pump = new HeartbeatPump();
  const slots = createSlots(options.parallel ?? PARALLEL_RECORDS);
  const membership = createMembership({
    silenceMs: SESSION_TIMEOUT_MS,
    now: () => performance.now(),
  });
  /** Commits what the present member has resolved; none before its first batch. */
  let commit: (() => Promise<void>) | undefined;

  const create = (): Consumer => {
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: 250,
      maxBytesPerPartition: 256 * 1024,
      readUncommitted: false,
      allowAutoTopicCreation: false,
      // Few: then a new client is made, so that an end is not waited for behind a thousand tries.
      retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000 },
    });
    membership.watch(consumer);
    for (const event of [consumer.events.CRASH, consumer.events.DISCONNECT] as const) {
      consumer.on(event, () => {
        commit = undefined;
      });
    }
    return consumer;
  };

  const handleBatch = (payload: EachBatchPayload): Promise<void> =>
    pump.while(
      () => payload.heartbeat(),
      async () => {
        const { batch } = payload;
        // Resolved offsets are forgotten at a join, so this never commits for a former generation.
        commit = () => payload.commitOffsetsIfNecessary(payload.uncommittedOffsets());
        const drain = createDrain(options.drainGraceMs ?? DRAIN_GRACE_MS);
        const over = new AbortController();
        ending.signal.addEventListener('abort', drain.begin, { signal: over.signal });
        pump.failed(over.signal).catch(drain.begin);
        if (ending.signal.aborted) drain.begin();
        try {
          await runByKey(batch.messages, {
            keyOf: ({ key }) => key?.toString('latin1') ?? null,
            slots,
            shouldStop: () => drain.draining.aborted || pump.hasFailed || !payload.isRunning(),
            work: (message) =>
              handle(toRecord(batch.topic, batch.partition, message), {
                draining: drain.draining,
                signal: drain.letGo,
              }),
            afterFailure: (error, failures) => {
              onFailure(error);
              return pause(Math.min(100 * 2 ** (failures - 1), MAX_PAUSE_MS), drain.draining);
            },
            onProgress: (done) => {
              const last = batch.messages[done - 1];
              if (last !== undefined) payload.resolveOffset(last.offset);
            },
          });
        } finally {
          over.abort();
          drain.end();
        }
        await commitNow();
      },
    );

  /** A commit that fails is made up for by the next one, or its records are repeated. */
  const commitNow = async (): Promise<void> => {
    await commit?.().catch(() => undefined);
  };
  const committing = setInterval(() => void commitNow(), COMMIT_EVERY_MS);

  const running = superviseConsumer(
    create,
    async (consumer) => {
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARALLEL_PARTITIONS,
        eachBatch: handleBatch,
      });
    },
    { signal: ending.signal, onFailure },
  );

  const stop = async (): Promise<void> => {
    ending.abort();
    // Outside the group nothing is to be finished, and kafkajs cannot be hurried amid its tries. Brokers
    // that went away meanwhile must not hold up the end either.
    if (membership.status().partitions !== null) {
      const limit = new AbortController();
      const limitMs = (options.drainGraceMs ?? DRAIN_GRACE_MS) + LEAVE_LIMIT_MS;
      await Promise.race([running, delay(limitMs, undefined, { signal: limit.signal })]).finally(
        () => limit.abort(),
      );
    }
    clearInterval(committing);
  };
  if (options.signal?.aborted === true) void stop();
  options.signal?.addEventListener('abort', () => void stop(), { once: true });
  return { status: membership.status, stop };
}

/** Ends early, without an error, when the signal is aborted. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
