import { setTimeout as delay } from 'node:timers/promises';
import {
  addOffsetsToTxnV3,
  addPartitionsToTxnV3,
  type Broker,
  endTxnV3,
  initProducerIdV4,
  type MessageRecord,
  NumericMap,
  ProduceAcks,
  produceV9,
  txnOffsetCommitV3,
} from '@platformatic/kafka';
import { byLeader } from '../raw/by-leader.ts';
import type { Cluster, Target } from '../raw/cluster.ts';
import { isOnly } from '../raw/protocol-errors.ts';
import { type SizedRecord, splitRounds } from './split-rounds.ts';

export interface TransactionRecord extends SizedRecord {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

/** The input that a transaction has consumed, fenced by the group's generation (KIP-447). */
export interface ConsumedOffsets {
  readonly groupId: string;
  readonly generation: number;
  readonly memberId: string;
  readonly topic: string;
  /** Next offset to read, by partition. */
  readonly next: ReadonlyMap<number, bigint>;
}

const SETTLING_WAIT_MS = 10;
/** How long a broker may wait for its replicas. */
const PRODUCE_TIMEOUT_MS = 8_000;
/** Answers that only mean: the coordinator is busy with the former transaction of this id, or moving. */
const SETTLING = ['CONCURRENT_TRANSACTIONS'] as const;
const MOVING = [
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
] as const;

/**
 * A transactional producer that lives as long as nothing goes wrong. After any error its
 * transaction's fate may be unknown: the owner throws the producer away and opens a new one under the
 * same id, which settles the old transaction before anything else can be sent.
 *
 * EndTxn in particular is sent once and never again by the same producer. Sent twice, the first could
 * be delayed on its way, the second end the transaction, a next one begin, and the delayed first one
 * then commit that next transaction half-done (Jepsen's finding, KIP-890). A new producer has a new
 * epoch, and what is late from the old one is refused.
 */
export class TransactionalProducer {
  readonly #cluster: Cluster;
  readonly #id: string;
  readonly #coordinator: Target;
  readonly #producerId: bigint;
  readonly #epoch: number;
  readonly #sequences = new NumericMap();

  private constructor(cluster: Cluster, id: string, producerId: bigint, epoch: number) {
    this.#cluster = cluster;
    this.#id = id;
    this.#coordinator = { to: 'transaction', id };
    this.#producerId = producerId;
    this.#epoch = epoch;
  }

  /** Fences every former producer of this id and settles its open transaction (KIP-98). */
  static async open(
    cluster: Cluster,
    transactionalId: string,
    transactionTimeoutMs: number,
    signal: AbortSignal,
  ): Promise<TransactionalProducer> {
    const { producerId, producerEpoch } = await whileSettling(
      () =>
        cluster.request(
          { to: 'transaction', id: transactionalId },
          initProducerIdV4.api,
          transactionalId,
          transactionTimeoutMs,
          -1n,
          -1,
        ),
      signal,
      [...SETTLING, ...MOVING],
    );
    return new TransactionalProducer(cluster, transactionalId, producerId, producerEpoch);
  }

  /**
   * Writes records and consumed offsets in one transaction. When this resolves all of it is visible to
   * read_committed readers; when it throws, none of it or all of it may be.
   * @returns the offset of the last record of each partition that was written, by `topic-partition`.
   */
  async commit(
    records: readonly TransactionRecord[],
    consumed: ConsumedOffsets,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, bigint>> {
    if (records.length > 0) await this.#addPartitions(records, signal);
    const [id, producer, epoch] = [this.#id, this.#producerId, this.#epoch];
    const { groupId } = consumed;
    // Without records this is the first request of the transaction.
    await whileSettling(
      () =>
        this.#cluster.request(
          this.#coordinator,
          addOffsetsToTxnV3.api,
          id,
          producer,
          epoch,
          groupId,
        ),
      signal,
      SETTLING,
    );
    const [lastOffsets] = await Promise.all([
      this.#produce(records),
      this.#commitOffsets(consumed),
    ]);
    await this.#cluster.request(this.#coordinator, endTxnV3.api, id, producer, epoch, true);
    return lastOffsets;
  }

  async #addPartitions(records: readonly TransactionRecord[], signal: AbortSignal): Promise<void> {
    const partitions = new Map<string, Set<number>>();
    for (const { topic, partition } of records) {
      const known = partitions.get(topic);
      if (known === undefined) partitions.set(topic, new Set([partition]));
      else known.add(partition);
    }
    const topics = [...partitions].map(([name, set]) => ({ name, partitions: [...set] }));
    const transactions = [
      {
        transactionalId: this.#id,
        producerId: this.#producerId,
        producerEpoch: this.#epoch,
        verifyOnly: false,
        topics,
      },
    ];
    // The markers of the former transaction may still be on their way. Repeating this is harmless:
    // the partitions become part of this transaction, once.
    await whileSettling(
      () => this.#cluster.request(this.#coordinator, addPartitionsToTxnV3.api, transactions),
      signal,
      SETTLING,
    );
  }

  /** Rounds go out one behind the other on each broker's connection, which keeps their order. */
  async #produce(records: readonly TransactionRecord[]): Promise<ReadonlyMap<string, bigint>> {
    const lastOffsets = new Map<string, bigint>();
    const requests: Promise<void>[] = [];
    // All leaders are known before the first request goes out: nothing can come in between.
    const rounds: ReadonlyMap<Broker, readonly TransactionRecord[]>[] = [];
    for (const round of splitRounds(records)) rounds.push(await byLeader(this.#cluster, round));
    for (const [broker, share] of rounds.flatMap((round) => [...round])) {
      requests.push(this.#produceShare(broker, share, lastOffsets));
    }
    await Promise.all(requests);
    return lastOffsets;
  }

  async #produceShare(
    broker: Broker,
    records: readonly TransactionRecord[],
    lastOffsets: Map<string, bigint>,
  ): Promise<void> {
    const counts = new Map<string, number>();
    const sequences = new NumericMap();
    const messages = records.map((record): MessageRecord => {
      // The names under which the client looks a first sequence up.
      const name = `${record.topic}:${record.partition}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return toMessage(record);
    });
    for (const [name, count] of counts)
      sequences.set(name, this.#sequences.postIncrement(name, count, 0));
    const answer = await this.#cluster.request(
      { to: 'broker', broker },
      produceV9.api,
      ProduceAcks.ALL,
      PRODUCE_TIMEOUT_MS,
      messages,
      {
        producerId: this.#producerId,
        producerEpoch: this.#epoch,
        sequences,
        transactionalId: this.#id,
        compression: 'none',
      },
    );
    for (const { name, partitionResponses } of typeof answer === 'boolean'
      ? []
      : answer.responses) {
      for (const { index, baseOffset } of partitionResponses) {
        const last = baseOffset + BigInt((counts.get(`${name}:${index}`) ?? 1) - 1);
        const key = `${name}-${index}`;
        if (last > (lastOffsets.get(key) ?? -1n)) lastOffsets.set(key, last);
      }
    }
  }

  async #commitOffsets(consumed: ConsumedOffsets): Promise<void> {
    const partitions = [...consumed.next].map(([partitionIndex, committedOffset]) => ({
      partitionIndex,
      committedOffset,
      committedLeaderEpoch: -1,
      committedMetadata: '',
    }));
    await this.#cluster.request(
      { to: 'group', id: consumed.groupId },
      txnOffsetCommitV3.api,
      this.#id,
      consumed.groupId,
      this.#producerId,
      this.#epoch,
      consumed.generation,
      consumed.memberId,
      null,
      [{ name: consumed.topic, partitions }],
    );
  }
}

function toMessage(record: TransactionRecord): MessageRecord {
  return {
    topic: record.topic,
    partition: record.partition,
    ...(record.key === null ? {} : { key: record.key }),
    value: record.value ?? (null as unknown as Buffer),
    headers: record.headers as Map<Buffer, Buffer>,
    timestamp: BigInt(record.timestamp),
  };
}

/** Repeats a harmless request while the coordinator settles the former transaction. */
async function whileSettling<Answer>(
  request: () => Promise<Answer>,
  signal: AbortSignal,
  expected: readonly string[],
): Promise<Answer> {
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (!isOnly(error, ...expected)) throw error;
      await delay(SETTLING_WAIT_MS, undefined, { signal });
    }
  }
}
