import { setTimeout as delay } from 'node:timers/promises';
import { BridgeError } from '@gemini-events/events';
import { type Broker, endTxnV3, initProducerIdV4, txnOffsetCommitV3 } from '@platformatic/kafka';
import { byLeader } from '../raw/by-leader.ts';
import type { Cluster, Target } from '../raw/cluster.ts';
import { ERROR_CODE, isOnly } from '../raw/protocol-errors.ts';
import {
  createTransactionalBatchEncoder,
  type PayloadRecord,
} from '../wire/encode-transactional-batch.ts';
import { transactionalProduceApi } from '../wire/produce-request.ts';
import { release } from '../wire/release.ts';
import { addGroupApi, addPartitionsApi } from '../wire/transaction-requests.ts';
import { intoRounds, splitBatches } from './split-rounds.ts';

/** Records for one partition, in order. */
export interface PartitionRecords {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly PayloadRecord[];
}

/** Some of them as they go into the log. */
export interface EncodedBatch {
  readonly topic: string;
  readonly partition: number;
  /** How many records it holds. */
  readonly count: number;
  readonly bytes: Buffer;
}

/** The input that a transaction has consumed, fenced by the group's generation (KIP-447). */
export interface ConsumedOffsets {
  readonly groupId: string;
  readonly generation: number;
  readonly memberId: string;
  readonly topic: string;
  /** Next offset to read, by partition. */
  readonly next: ReadonlyMap<number, number>;
  /** Kept with the offset of a partition. */
  readonly notes?: ReadonlyMap<number, string>;
}

/** The markers of the former transaction are written within about a millisecond where all is well. */
const SETTLING_WAIT_MS = { first: 1, max: 16 } as const;
/** Sequence numbers are 31 bits and begin again at 0 (KIP-98). */
const SEQUENCES = 2 ** 31;
/** How long a broker may wait for its replicas. */
const PRODUCE_TIMEOUT_MS = 8_000;
/** Answers that only mean: the coordinator is busy with the former transaction of this id, or moving. */
const SETTLING = [
  'CONCURRENT_TRANSACTIONS',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
] as const;

const FENCED_CODES: readonly number[] = [
  ERROR_CODE.invalidProducerEpoch,
  ERROR_CODE.producerFenced,
];
const FENCED_IDS = ['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED'] as const;

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
  readonly #encodeBatch = createTransactionalBatchEncoder();
  /** Number of the next record, by `topic-partition`. */
  readonly #sequences = new Map<string, number>();

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
      SETTLING,
    );
    return new TransactionalProducer(cluster, transactionalId, producerId, producerEpoch);
  }

  /**
   * Makes batches for the next commit. They are numbered here, so all of them have to be in it, in order.
   * Encoding each partition's records as soon as they are there, instead of all at the commit, lets them
   * die young: held for a whole transaction, 300 bytes a record would have to be collected as old ones.
   */
  encode({ topic, partition, records }: PartitionRecords): EncodedBatch[] {
    const name = `${topic}-${partition}`;
    return splitBatches(records).map((batch) => {
      const sequence = this.#sequences.get(name) ?? 0;
      this.#sequences.set(name, (sequence + batch.length) % SEQUENCES);
      const view = this.#encodeBatch(batch, {
        id: this.#producerId,
        epoch: this.#epoch,
        sequence,
      });
      const bytes = Buffer.allocUnsafeSlow(view.length);
      view.copy(bytes);
      return { topic, partition, count: batch.length, bytes };
    });
  }

  /**
   * Writes batches and consumed offsets in one transaction. When this resolves all of it is visible to
   * read_committed readers, and the batches are empty; when it throws, none of it or all of it may be.
   * @param batches all that were encoded since the last commit
   * @returns the offset of the last record of each partition that was written, by `topic-partition`.
   * @throws BridgeError ERR_KAFKA_FENCED a newer producer of this id was opened; whatever requests throw
   */
  async commit(
    batches: readonly EncodedBatch[],
    consumed: ConsumedOffsets,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, number>> {
    // Side by side: the coordinator takes them in turn, and each of them may be the first one.
    await Promise.all([this.#addPartitions(batches, signal), this.#addGroup(consumed, signal)]);
    try {
      const [lastOffsets] = await Promise.all([this.#send(batches), this.#commitOffsets(consumed)]);
      const [id, producer, epoch] = [this.#id, this.#producerId, this.#epoch];
      await this.#cluster.request(this.#coordinator, endTxnV3.api, id, producer, epoch, true);
      return lastOffsets;
    } catch (error) {
      throw isOnly(error, ...FENCED_IDS) ? fenced(this.#id) : error;
    }
  }

  /**
   * The markers of the former transaction may still be on their way. Repeating this is harmless: the
   * partitions become part of this transaction, once.
   */
  async #addPartitions(batches: readonly EncodedBatch[], signal: AbortSignal): Promise<void> {
    if (batches.length === 0) return;
    const byTopic = Map.groupBy(batches, ({ topic }) => topic);
    const topics = [...byTopic].map(([name, ofTopic]) => ({
      name,
      partitions: [...new Set(ofTopic.map(({ partition }) => partition))],
    }));
    const transactions = [
      {
        transactionalId: this.#id,
        producerId: this.#producerId,
        producerEpoch: this.#epoch,
        verifyOnly: false,
        topics,
      },
    ];
    await this.#untilAdded(
      () => this.#cluster.request(this.#coordinator, addPartitionsApi, transactions),
      signal,
    );
  }

  async #addGroup({ groupId }: ConsumedOffsets, signal: AbortSignal): Promise<void> {
    const [id, producer, epoch] = [this.#id, this.#producerId, this.#epoch];
    await this.#untilAdded(
      () => this.#cluster.request(this.#coordinator, addGroupApi, id, producer, epoch, groupId),
      signal,
    );
  }

  /** Asks again while the former transaction is being completed. */
  async #untilAdded(request: () => Promise<readonly number[]>, signal: AbortSignal): Promise<void> {
    for (let waitMs: number = SETTLING_WAIT_MS.first; ; waitMs = longer(waitMs)) {
      const codes = await request();
      if (codes.length === 0) return;
      if (codes.some((code) => code !== ERROR_CODE.concurrentTransactions)) {
        this.#cluster.forgetLeaders();
        if (codes.some((code) => FENCED_CODES.includes(code))) throw fenced(this.#id);
        throw new BridgeError('ERR_KAFKA_UNAVAILABLE', 'a transaction could not begin', {
          data: { protocolErrors: codes.join() },
        });
      }
      await delay(waitMs, undefined, { signal });
    }
  }

  /** Rounds go out one behind the other on each broker's connection, which keeps their order. */
  async #send(batches: readonly EncodedBatch[]): Promise<ReadonlyMap<string, number>> {
    const lastOffsets = new Map<string, number>();
    // All leaders are known before the first request goes out: nothing can come in between.
    const rounds: ReadonlyMap<Broker, readonly EncodedBatch[]>[] = [];
    for (const round of intoRounds(batches)) rounds.push(await byLeader(this.#cluster, round));
    await Promise.all(
      rounds
        .flatMap((round) => [...round])
        .map(([broker, share]) => this.#sendShare(broker, share, lastOffsets)),
    );
    return lastOffsets;
  }

  async #sendShare(
    broker: Broker,
    share: readonly EncodedBatch[],
    lastOffsets: Map<string, number>,
  ): Promise<void> {
    const counts = new Map(
      share.map(({ topic, partition, count }) => [`${topic}-${partition}`, count]),
    );
    const topics = [...Map.groupBy(share, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
      topic,
      partitions: new Map(ofTopic.map(({ partition, bytes }) => [partition, bytes])),
    }));
    const answer = await this.#cluster.request(
      { to: 'broker', broker },
      transactionalProduceApi,
      this.#id,
      PRODUCE_TIMEOUT_MS,
      topics,
    );
    for (const { bytes } of share) release(bytes);
    for (const { name, partitionResponses } of answer.responses) {
      for (const { index, baseOffset } of partitionResponses) {
        const key = `${name}-${index}`;
        const last = Number(baseOffset) + (counts.get(key) ?? 1) - 1;
        if (last > (lastOffsets.get(key) ?? -1)) lastOffsets.set(key, last);
      }
    }
  }

  async #commitOffsets(consumed: ConsumedOffsets): Promise<void> {
    const partitions = [...consumed.next].map(([partitionIndex, committedOffset]) => ({
      partitionIndex,
      committedOffset: BigInt(committedOffset),
      committedLeaderEpoch: -1,
      committedMetadata: consumed.notes?.get(partitionIndex) ?? '',
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

function fenced(id: string): BridgeError {
  return new BridgeError('ERR_KAFKA_FENCED', `another process has taken over ${id}`);
}

/** Repeats a harmless request while the coordinator settles the former transaction. */
async function whileSettling<Answer>(
  request: () => Promise<Answer>,
  signal: AbortSignal,
  expected: readonly string[],
): Promise<Answer> {
  for (let waitMs: number = SETTLING_WAIT_MS.first; ; waitMs = longer(waitMs)) {
    try {
      return await request();
    } catch (error) {
      if (!isOnly(error, ...expected)) throw error;
      await delay(waitMs, undefined, { signal });
    }
  }
}

function longer(waitMs: number): number {
  return Math.min(waitMs * 2, SETTLING_WAIT_MS.max);
}
