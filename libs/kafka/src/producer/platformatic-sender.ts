import { setTimeout as delay } from 'node:timers/promises';
import { BridgeError } from '@gemini-events/events';
import {
  Base,
  type ClusterMetadata,
  type Connection,
  findErrorBy,
  MultipleErrors,
  NetworkError,
  UserError,
} from '@platformatic/kafka';
import type { KafkaConnection } from '../connection.ts';
import { createProduceApi } from '../wire/produce-request.ts';
import type { ProducerRecord } from './record-producer.ts';
import { ACKED, type RecordSender, type SendOutcome } from './record-sender.ts';
import { shareOut } from './share-out.ts';

export interface PlatformaticSenderOptions {
  readonly connection: KafkaConnection;
  /** Topics that a check asks for. */
  readonly topics: readonly string[];
  readonly requestTimeoutMs: number;
  readonly slots: number;
}

const CONNECT_TIMEOUT_MS = 1_000;
const CLOSE_LIMIT_MS = 500;
const METADATA_MAX_AGE_MS = 300_000;

/**
 * A sender over the connections and metadata of `@platformatic/kafka`; requests are our own (`wire/`).
 * It repeats nothing by itself. No idempotent mode: repeats do no harm here (dedup drops them), and
 * the order is kept by the connection.
 */
export function openPlatformaticSender(options: PlatformaticSenderOptions): RecordSender {
  const { connection, requestTimeoutMs } = options;
  const client = new Base({
    clientId: connection.clientId,
    bootstrapBrokers: rotate(connection.brokers),
    ...(connection.tls === undefined ? {} : { tls: { ...connection.tls }, tlsServerName: true }),
    ...(connection.sasl === undefined ? {} : { sasl: { ...connection.sasl } }),
    retries: 0,
    autocreateTopics: false,
    maxInflights: options.slots + 2,
    connectTimeout: Math.min(CONNECT_TIMEOUT_MS, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    timeout: requestTimeoutMs,
    metadataMaxAge: METADATA_MAX_AGE_MS,
  });
  const produce = createProduceApi();
  const connections = new Set<Connection>();
  client.connections.on('connecting', ({ connection: made }) => {
    connections.add(made);
    made.once('close', () => connections.delete(made));
    // The pool listens for one error only; a second one without a listener would end the process.
    made.on('error', () => undefined);
  });

  const attempt = async (run: () => Promise<unknown>): Promise<SendOutcome> => {
    try {
      await run();
      return ACKED;
    } catch (cause) {
      const outcome = classify(cause);
      if (outcome.kind === 'again') client.clearMetadata();
      return outcome;
    }
  };

  /** Each broker gets the records of the partitions that it leads, side by side. */
  const send = async (records: readonly ProducerRecord[]): Promise<void> => {
    const topics = [...new Set(records.map(({ topic }) => topic))];
    const metadata = await client.metadata({ topics });
    const shares = shareOut(records, (topic) => leadersOf(metadata, topic));
    const answers = await Promise.allSettled(
      [...shares].map(async ([leader, share]) => {
        const broker = metadata.brokers.get(leader);
        if (broker === undefined) throw new NetworkError('no broker', { hasStaleMetadata: true });
        const open = await client.connections.get(broker);
        await produce.async(open, requestTimeoutMs, share);
      }),
    );
    const failures = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [answer.reason as Error] : [],
    );
    if (failures.length > 0) throw new MultipleErrors('produce failed', failures);
  };

  return {
    send: (records) => attempt(() => send(records)),
    check: () => attempt(() => client.metadata({ topics: [...options.topics], forceUpdate: true })),
    async close() {
      const closed = client.close().catch(() => undefined);
      // close() waits until a socket has written everything, for ever where the broker hangs.
      for (const open of connections) open.socket?.destroy();
      await Promise.race([closed, delay(CLOSE_LIMIT_MS, undefined, { ref: false })]);
    },
  };
}

/** Who leads each partition of a topic. */
function leadersOf(metadata: ClusterMetadata, topic: string): readonly number[] {
  return metadata.topics.get(topic)?.partitions.map(({ leader }) => leader) ?? [];
}

/** So that the first broker of the list, should it hang, is not asked for ever. */
function rotate(brokers: readonly string[]): string[] {
  const first = Math.floor(Math.random() * brokers.length);
  return [...brokers.slice(first), ...brokers.slice(0, first)];
}

/** Decides what an error of the client means for the request and for the client itself. */
export function classify(cause: unknown): Exclude<SendOutcome, { kind: 'acked' }> {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const as = (kind: 'again' | 'lost' | 'refused') => ({ kind, cause: named(error) });
  // First: a partition without a leader comes as a network error that names stale metadata.
  if (findErrorBy(error, 'hasStaleMetadata', true) !== null) return as('again');
  if (findErrorBy(error, 'code', NetworkError.code) !== null) return as('lost');
  const isFinal = findErrorBy(error, 'canRetry', false) !== null;
  if (findErrorBy(error, 'code', 'PLT_KFK_PROTOCOL') !== null)
    return as(isFinal ? 'refused' : 'again');
  return isTopicUnknown(error) ? as('refused') : as('lost');
}

/** The client turns the broker's "unknown topic" into an error of the user. */
function isTopicUnknown(error: Error): boolean {
  return (
    findErrorBy(error, 'code', UserError.code) !== null && error.message.startsWith('Unknown topic')
  );
}

/** One of our errors that says what happened at the bottom of the client's nested ones. */
function named(error: Error): BridgeError {
  let root: Error = error;
  for (let next: unknown = root; next instanceof Error; ) {
    root = next;
    next = next instanceof AggregateError ? next.errors[0] : next.cause;
  }
  const code = isTopicUnknown(error) ? 'ERR_KAFKA_TOPIC_MISSING' : 'ERR_KAFKA_UNAVAILABLE';
  return new BridgeError(code, root.message || root.name, { cause: error });
}
