import { setTimeout as delay } from 'node:timers/promises';
import type { Broker } from '@platformatic/kafka';
import { byLeader } from '../raw/by-leader.ts';
import type { Cluster } from '../raw/cluster.ts';
import { ERROR_CODE } from '../raw/protocol-errors.ts';
import { committedRecords } from '../reader/committed-records.ts';
import { logOffsets } from '../reader/offsets.ts';
import { fetchFailure } from '../reader/read-committed.ts';
import { type FetchedPartition, fetchApi } from '../wire/fetch-request.ts';
import { readBatches } from '../wire/read-batches.ts';
import type { PartitionTask } from './partition-task.ts';

const LIMITS = {
  /** How long a broker may wait for a record. */
  maxWaitMs: 250,
  maxBytes: 2 * 1024 * 1024,
  partitionBytes: 192 * 1024,
} as const;
/** A partition is not fetched further while so much of it waits: memory is bounded. */
const MAX_BUFFERED_BYTES = 384 * 1024;
/**
 * A broker answers as soon as there is one record. After so little a fetch waits for more: otherwise there
 * would be one for nearly every record, and each costs as much as twenty records. The first record after
 * a quiet time is not held up by it.
 */
const LITTLE_BYTES = 64 * 1024;
const PAUSE_MS = 7;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;

interface FetcherOptions {
  /** For fetching alone: a broker answers one request of a connection after the other. */
  readonly cluster: Cluster;
  readonly topic: string;
  readonly tasks: readonly PartitionTask[];
  /** Ends the fetching; what is on its way then is dropped. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly events: {
    readonly failed: (what: 'fetch', error: unknown) => void;
    readonly gap: (partition: number, from: number, to: number) => void;
  };
}

/**
 * Fetches the input of tasks ahead while their transactions run. Each broker is asked on its own, so
 * that one with nothing new holds up nobody.
 */
export class InputFetcher {
  readonly #options: FetcherOptions;
  #arrival = Promise.withResolvers<void>();
  #room = Promise.withResolvers<void>();
  #failure: Error | null = null;

  constructor(options: FetcherOptions) {
    this.#options = options;
    // Once for all waits: a race against a promise, or a listener, for each of them would be kept until
    // the end of the membership, which may be days away.
    options.signal.addEventListener('abort', () => this.#wake(), { once: true });
    void this.#run();
  }

  /**
   * Resolves when something has arrived since the last look at what waits, or the fetching has ended.
   * @throws where fetching cannot go on from these positions
   */
  async arrived(): Promise<void> {
    await this.#arrival.promise;
    if (this.#failure !== null) throw this.#failure;
  }

  /** What waits is looked at now: the next arrival is news. */
  lookedAt(): void {
    const isOver = this.#failure !== null || this.#options.signal.aborted;
    if (!isOver) this.#arrival = Promise.withResolvers();
  }

  /** Something was taken: there may be room again. */
  taken(): void {
    this.#room.resolve();
    this.#room = Promise.withResolvers();
  }

  #wake(): void {
    this.#arrival.resolve();
    this.#room.resolve();
  }

  async #run(): Promise<void> {
    const { cluster, topic, tasks, signal, events } = this.#options;
    if (tasks.length === 0) return;
    let waitMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      // When one broker fails all are asked anew: partitions may have moved between them.
      const round = new AbortController();
      const ended = AbortSignal.any([signal, round.signal]);
      try {
        const led = await byLeader(
          cluster,
          tasks.map((task) => ({ topic, partition: task.partition, task })),
        );
        const shares = [...led].map(([broker, share]) =>
          this.#follow(
            broker,
            share.map(({ task }) => task),
            ended,
            () => (waitMs = FIRST_RETRY_MS),
          ),
        );
        await Promise.all(shares);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof BehindTheEnd) {
          this.#failure = error;
          this.#arrival.resolve();
          return;
        }
        events.failed('fetch', error);
        await delay(waitMs, undefined, { signal }).catch(() => undefined);
        waitMs = Math.min(waitMs * 2, MAX_RETRY_MS);
      } finally {
        round.abort();
        // Whoever waits for room belongs to this round.
        this.taken();
      }
    }
  }

  async #follow(
    broker: Broker,
    tasks: readonly PartitionTask[],
    ended: AbortSignal,
    onAnswer: () => void,
  ): Promise<void> {
    const { cluster, topic } = this.#options;
    while (!ended.aborted) {
      const hungry = tasks.filter(({ bufferedBytes }) => bufferedBytes < MAX_BUFFERED_BYTES);
      if (hungry.length === 0) {
        await this.#room.promise;
        continue;
      }
      const positions = hungry.map(({ partition, fetchPosition: position }) => ({
        partition,
        position,
      }));
      const answer = await cluster.request(
        { to: 'broker', broker },
        fetchApi,
        LIMITS,
        new Map([[topic, positions]]),
      );
      // The tasks may be another fetcher's by now.
      if (ended.aborted) return;
      onAnswer();
      const outOfRange = answer.partitions.filter((fetched) => !this.#take(hungry, fetched));
      if (hungry.some(({ isWaiting }) => isWaiting)) this.#arrival.resolve();
      if (outOfRange.length > 0) await this.#moveToEarliest(hungry, outOfRange, ended);
      const bytes = answer.partitions.reduce((sum, fetched) => sum + fetched.bytes.length, 0);
      if (bytes > 0 && bytes < LITTLE_BYTES) {
        await delay(PAUSE_MS, undefined, { signal: ended }).catch(() => undefined);
      }
    }
  }

  /** False where the position is outside of the log. */
  #take(tasks: readonly PartitionTask[], fetched: FetchedPartition): boolean {
    const { cluster, now } = this.#options;
    const { topic, partition, errorCode, aborted: gone, bytes, highWatermark } = fetched;
    const task = tasks.find((each) => each.partition === partition);
    if (task === undefined) return true;
    if (errorCode === ERROR_CODE.offsetOutOfRange) return false;
    if (errorCode !== 0) throw fetchFailure(topic, partition, errorCode, cluster);
    const { records, nextPosition } = committedRecords(
      readBatches(bytes),
      gone,
      task.fetchPosition,
    );
    task.add({ bytes, records, next: nextPosition }, highWatermark, now());
    return true;
  }

  /** Retention removed what was to be read next: it is told, and the log goes on at its first record. */
  async #moveToEarliest(
    tasks: readonly PartitionTask[],
    outOfRange: readonly FetchedPartition[],
    ended: AbortSignal,
  ): Promise<void> {
    const { cluster, topic, events } = this.#options;
    const partitions = outOfRange.map(({ partition }) => partition);
    const begins = await logOffsets(cluster, topic, partitions, 'earliest');
    if (ended.aborted) return;
    for (const task of tasks.filter(({ partition }) => partitions.includes(partition))) {
      const begin = begins.get(task.partition) ?? 0;
      const { fetchPosition: from } = task;
      if (from > begin) throw new BehindTheEnd(`${topic}-${task.partition} ends before ${from}`);
      events.gap(task.partition, from, begin);
      task.fetchPosition = begin;
    }
  }
}

/** The log ends before the position: only the owner of the offsets can tell what that means. */
class BehindTheEnd extends Error {}
