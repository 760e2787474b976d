import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { HeartbeatPump } from '../group/heartbeat-pump.ts';
import { superviseConsumer } from '../group/supervised-consumer.ts';
import { runByKey } from './run-by-key.ts';

/** A record as a consumer service gets it. */
export interface ConsumedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Of a header that occurs several times, the last. */
  readonly headers: Readonly<Record<string, Buffer>>;
}

export interface RecordConsumer {
  /** Null while the group is not joined; then the number of assigned partitions. */
  assigned(): number | null;
  /** Lets running handlers end, commits, leaves the group. */
  stop(): Promise<void>;
}

const SESSION_TIMEOUT_MS = 10_000;
const HEARTBEAT_MS = 1_000;
const PARALLEL_PER_PARTITION = 8;

/**
 * Consumes committed records at least once: per key in order, keys side by side. An offset is committed
 * only when all records before it were handled. A handler that throws is called again with the same
 * record, so it has to decide by itself when to give up (a dead letter is a way to return).
 */
export function consumeRecords(options: {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly handle: (record: ConsumedRecord, signal: AbortSignal) => Promise<void>;
  /** The group client or a handler failed; it is tried again. */
  readonly onFailure: (error: unknown) => void;
}): RecordConsumer {
  const { kafka, groupId, topics, handle, onFailure } = options;
  const ending = new AbortController();
  const pump = new HeartbeatPump();
  let assigned: number | null = null;

  const create = (): Consumer => {
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: 250,
      maxBytesPerPartition: 256 * 1024,
      readUncommitted: false,
      retry: { retries: 1_000, initialRetryTime: 100, maxRetryTime: 2_000 },
    });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      assigned = Object.values(payload.memberAssignment).flat().length;
    });
    consumer.on(consumer.events.CRASH, () => {
      assigned = null;
    });
    return consumer;
  };

  const handleBatch = (payload: EachBatchPayload): Promise<void> =>
    pump.while(payload.heartbeat, async () => {
      const { batch, resolveOffset, commitOffsetsIfNecessary, uncommittedOffsets, isRunning } = payload;
      const { done, failure } = await runByKey(batch.messages, {
        keyOf: ({ key }) => key?.toString('latin1') ?? null,
        limit: PARALLEL_PER_PARTITION,
        shouldStop: () => pump.hasFailed || ending.signal.aborted || !isRunning(),
        work: (message) => handle(toRecord(batch.topic, batch.partition, message), ending.signal),
      });
      const last = batch.messages[done - 1];
      if (last !== undefined) {
        resolveOffset(last.offset);
        await commitOffsetsIfNecessary(uncommittedOffsets());
      }
      if (failure !== undefined && !ending.signal.aborted) {
        onFailure(failure);
        throw failure;
      }
    });

  const running = superviseConsumer(
    create,
    async (consumer) => {
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 16,
        eachBatch: handleBatch,
      });
    },
    { signal: ending.signal, onFailure },
  );
  return {
    assigned: () => assigned,
    async stop() {
      ending.abort();
      await running;
    },
  };
}

type Message = EachBatchPayload['batch']['messages'][number];

function toRecord(topic: string, partition: number, message: Message): ConsumedRecord {
  const headers: Record<string, Buffer> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) headers[name] = Buffer.from(last);
  }
  const { key, value } = message;
  const offset = BigInt(message.offset);
  return { topic, partition, offset, timestamp: Number(message.timestamp), key, value, headers };
}
