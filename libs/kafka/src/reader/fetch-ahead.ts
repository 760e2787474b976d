import { BridgeError } from '@gemini-events/events';
import type { Broker } from '@platformatic/kafka';
import type { Cluster } from '../raw/cluster.ts';
import { pause } from '../raw/pause.ts';
import { ERROR_CODE } from '../raw/protocol-errors.ts';
import { type FetchedPartition, fetchApi } from '../wire/fetch-request.ts';
import type { RawRecord } from '../wire/raw-record.ts';
import { readBatches } from '../wire/read-batches.ts';
import { committedRecords } from './committed-records.ts';
import { fetchFailure } from './fetch-portions.ts';
import { logOffsets } from './offsets.ts';

const LIMITS = {
  /** How long a broker may wait for a record. */
  maxWaitMs: 250,
  maxBytes: 2 * 1024 * 1024,
  partitionBytes: 192 * 1024,
} as const;
/** As long as that, where another partition of the broker is hungry again within moments. */
const SHORT_WAIT_MS = 25;
/**
 * A broker answers as soon as there is one record. After so little a fetch waits for more: otherwise there
 * would be one for nearly every record, and each costs as much as twenty records. The first record after
 * a quiet time is not held up by it.
 */
const LITTLE_BYTES = 64 * 1024;
const LITTLE_PAUSE_MS = 7;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 2_000;

/** What one fetch gave of a partition. */
export interface Chunk {
  /** Its record batches as they stand in the log. */
  readonly bytes: Buffer;
  /** Makes its records, which are views of the bytes. */
  readonly records: () => readonly RawRecord[];
  /** Offset behind it; records of aborted transactions and markers are passed over. */
  readonly next: number;
}

/**
 * - `hungry`: it is to be fetched.
 * - `soon`: it has enough for the moment; fetches beside it do not wait long.
 * - `none`: it is not to be fetched.
 */
export type Appetite = 'hungry' | 'soon' | 'none';

/** A partition that is fetched ahead. */
export interface FetchSource {
  readonly topic: string;
  readonly partition: number;
  /** Next offset to fetch; moved by nobody but `take` and `outOfRange` while a fetch is on its way. */
  readonly fetchPosition: number;
  readonly appetite: Appetite;
  /** What throws here is told, and the same is fetched again. */
  take(chunk: Chunk, highWatermark: number): void;
  /** The log, which begins at `begin`, does not hold the position. */
  outOfRange(begin: number): void;
}

interface FetchAheadOptions {
  /** For fetching alone: a broker answers one request of a connection after the other. */
  readonly cluster: Cluster;
  readonly sources: readonly FetchSource[];
  /** Ends the fetching; what is on its way then is dropped. */
  readonly signal: AbortSignal;
  readonly failed: (error: unknown) => void;
}

/** A source, and how long its next failure is waited out. */
interface Place {
  readonly source: FetchSource;
  retryMs: number;
}

/**
 * Fetches committed records of many partitions ahead (read_committed). Each broker is asked on its own,
 * so that one with nothing new, or one that is away, holds up nobody. A partition whose fetch fails is
 * looked up anew after a pause, without end.
 */
export class FetchAhead {
  readonly #options: FetchAheadOptions;
  readonly #followed = new Map<Broker, Place[]>();
  #appetite = Promise.withResolvers<void>();

  constructor(options: FetchAheadOptions) {
    this.#options = options;
    // Once for all waits: a race against a promise, or a listener, for each of them would be kept until
    // the end of the membership, which may be days away.
    options.signal.addEventListener('abort', () => this.wake(), { once: true });
    void this.#findBrokers(options.sources.map((source) => ({ source, retryMs: FIRST_RETRY_MS })));
  }

  /** A source may be hungry again. */
  wake(): void {
    this.#appetite.resolve();
    this.#appetite = Promise.withResolvers();
  }

  /** Until each of the places is with the broker that leads it. */
  async #findBrokers(places: readonly Place[]): Promise<void> {
    const { cluster, signal, failed } = this.#options;
    let waiting = places;
    while (waiting.length > 0 && !signal.aborted) {
      const found = new Map<Broker, Place[]>();
      const homeless: Place[] = [];
      let failure: unknown;
      for (const [topic, ofTopic] of Map.groupBy(waiting, ({ source }) => source.topic)) {
        for (const [at, place] of ofTopic.entries()) {
          try {
            // The first of a topic looks up all of its leaders.
            const broker = await cluster.leaderOf(topic, place.source.partition);
            const ofBroker = found.get(broker);
            if (ofBroker === undefined) found.set(broker, [place]);
            else ofBroker.push(place);
          } catch (error) {
            failure = error;
            const isOnlyThis = error instanceof BridgeError;
            homeless.push(...(isOnlyThis ? [place] : ofTopic.slice(at)));
            if (!isOnlyThis) break;
          }
        }
      }
      // All of a broker at once: what comes after its first fetch has begun waits until that has ended.
      for (const [broker, ofBroker] of found) this.#give(ofBroker, broker);
      if (homeless.length > 0 && !signal.aborted) {
        failed(failure);
        await this.#waitOut(homeless);
      }
      waiting = homeless;
    }
  }

  #give(places: Place[], broker: Broker): void {
    const known = this.#followed.get(broker);
    if (known !== undefined) {
      known.push(...places);
      this.wake();
      return;
    }
    this.#followed.set(broker, places);
    void this.#follow(broker, places);
  }

  /** Fetches from a broker as long as it leads one of the places. Never rejects. */
  async #follow(broker: Broker, places: Place[]): Promise<void> {
    const { signal } = this.#options;
    while (places.length > 0 && !signal.aborted) {
      const hungry = places.filter(({ source }) => source.appetite === 'hungry');
      if (hungry.length === 0) {
        await this.#appetite.promise;
        continue;
      }
      const isSoon = places.some(({ source }) => source.appetite === 'soon');
      let bytes = 0;
      try {
        const fetched = await this.#fetch(broker, hungry, isSoon);
        // The sources may be another fetcher's by now.
        if (signal.aborted) return;
        bytes = fetched.reduce((sum, each) => sum + each.bytes.length, 0);
        const failures = await this.#takeAll(hungry, fetched);
        if (failures.size > 0) this.#lose(places, [...failures.keys()], [...failures.values()][0]);
      } catch (error) {
        if (signal.aborted) return;
        // Also those that came while the request was on its way.
        this.#lose(places, [...places], error);
      }
      rotate(places);
      if (bytes > 0 && bytes < LITTLE_BYTES) await pause(LITTLE_PAUSE_MS, signal);
    }
    this.#followed.delete(broker);
  }

  async #fetch(
    broker: Broker,
    hungry: readonly Place[],
    isSoon: boolean,
  ): Promise<readonly FetchedPartition[]> {
    const { cluster } = this.#options;
    const positions = hungry.map(({ source: { topic, partition, fetchPosition: position } }) => ({
      topic,
      partition,
      position,
    }));
    const { errorCode, partitions } = await cluster.request(
      { to: 'broker', broker },
      fetchApi,
      isSoon ? { ...LIMITS, maxWaitMs: SHORT_WAIT_MS } : LIMITS,
      Map.groupBy(positions, ({ topic }) => topic),
    );
    if (errorCode === 0) return partitions;
    throw new BridgeError('ERR_KAFKA_UNAVAILABLE', 'a broker refused to be fetched from', {
      data: { protocolError: errorCode },
    });
  }

  /** @returns the places that failed */
  async #takeAll(
    hungry: readonly Place[],
    fetched: readonly FetchedPartition[],
  ): Promise<ReadonlyMap<Place, unknown>> {
    const failures = new Map<Place, unknown>();
    const outOfRange: Place[] = [];
    for (const each of fetched) {
      const place = hungry.find(
        ({ source }) => source.partition === each.partition && source.topic === each.topic,
      );
      if (place === undefined) continue;
      try {
        if (each.errorCode === ERROR_CODE.offsetOutOfRange) outOfRange.push(place);
        else this.#take(place, each);
      } catch (error) {
        failures.set(place, error);
      }
    }
    for (const place of outOfRange) {
      try {
        await this.#moveIntoRange(place.source);
      } catch (error) {
        failures.set(place, error);
      }
    }
    return failures;
  }

  #take(place: Place, fetched: FetchedPartition): void {
    const { source } = place;
    const { topic, partition, errorCode, aborted, bytes, highWatermark } = fetched;
    if (errorCode !== 0) throw fetchFailure(topic, partition, errorCode, this.#options.cluster);
    const position = source.fetchPosition;
    const { records, nextPosition } = committedRecords(readBatches(bytes), aborted, position);
    source.take({ bytes, records, next: nextPosition }, highWatermark);
    place.retryMs = FIRST_RETRY_MS;
  }

  async #moveIntoRange(source: FetchSource): Promise<void> {
    const { cluster, signal } = this.#options;
    const { topic, partition } = source;
    const begins = await logOffsets(cluster, topic, [partition], 'earliest');
    if (!signal.aborted) source.outOfRange(begins.get(partition) ?? 0);
  }

  /** Takes places away from their broker, and looks them up anew after a pause. */
  #lose(places: Place[], lost: readonly Place[], error: unknown): void {
    if (this.#options.signal.aborted) return;
    for (const place of lost) places.splice(places.indexOf(place), 1);
    this.#options.failed(error);
    void this.#waitOut(lost).then(() => this.#findBrokers(lost));
  }

  /** As long as the one of them that has waited longest. */
  async #waitOut(places: readonly Place[]): Promise<void> {
    const waitMs = Math.max(...places.map(({ retryMs }) => retryMs));
    for (const place of places) place.retryMs = Math.min(waitMs * 2, MAX_RETRY_MS);
    await pause(waitMs, this.#options.signal);
  }
}

/** An answer is filled from the front, so another partition comes first each time. */
function rotate(places: Place[]): void {
  const first = places.shift();
  if (first !== undefined) places.push(first);
}
