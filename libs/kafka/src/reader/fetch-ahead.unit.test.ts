import { setTimeout as delay } from 'node:timers/promises';
import type { Broker } from '@platformatic/kafka';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Cluster } from '../raw/cluster.ts';
import type { FetchedPartition, FetchPosition } from '../wire/fetch-request.ts';
import { type Appetite, FetchAhead } from './fetch-ahead.ts';

const NOT_LEADER = 6;

class Source {
  readonly topic = 'topic';
  readonly partition: number;
  readonly fetchPosition = 0;
  appetite: Appetite;
  taken = 0;

  constructor(partition: number, appetite: Appetite) {
    this.partition = partition;
    this.appetite = appetite;
  }

  take(): void {
    this.taken += 1;
  }

  outOfRange(): void {
    throw new Error('not expected');
  }
}

/** Partitions of one topic on brokers that answer each fetch after a moment, with no records. */
class Brokers {
  /** Partitions of each fetch, by broker. */
  readonly fetches = new Map<Broker, (readonly number[])[]>();
  /** Error codes that partitions answer with. */
  readonly errors = new Map<number, number>();
  readonly away = new Set<Broker>();
  readonly inFlight = new Map<Broker, number>();
  mostInFlight = 0;
  readonly #leaders: Broker[];

  constructor(leaders: readonly Broker[]) {
    this.#leaders = [...leaders];
  }

  move(partition: number, to: Broker): void {
    this.#leaders[partition] = to;
  }

  fetchesOf(broker: Broker): readonly (readonly number[])[] {
    return this.fetches.get(broker) ?? [];
  }

  get cluster(): Cluster {
    const cluster = {
      leaderOf: async (_: string, partition: number) => this.#leaders[partition],
      forgetLeaders: () => undefined,
      request: (
        { broker }: { readonly broker: Broker },
        _api: unknown,
        _limits: unknown,
        topics: ReadonlyMap<string, readonly FetchPosition[]>,
      ) => this.#fetch(broker, topics),
    };
    return cluster as unknown as Cluster;
  }

  async #fetch(broker: Broker, topics: ReadonlyMap<string, readonly FetchPosition[]>) {
    const partitions = (topics.get('topic') ?? []).map(({ partition }) => partition);
    this.fetches.set(broker, [...this.fetchesOf(broker), partitions.toSorted((a, b) => a - b)]);
    const inFlight = (this.inFlight.get(broker) ?? 0) + 1;
    this.inFlight.set(broker, inFlight);
    this.mostInFlight = Math.max(this.mostInFlight, inFlight);
    await delay(5);
    this.inFlight.set(broker, (this.inFlight.get(broker) ?? 0) - 1);
    if (this.away.has(broker)) throw new Error('away');
    return { errorCode: 0, partitions: partitions.map((each) => this.#answer(each)) };
  }

  #answer(partition: number): FetchedPartition {
    const errorCode = this.errors.get(partition) ?? 0;
    const bytes = Buffer.alloc(0);
    return { topic: 'topic', partition, errorCode, highWatermark: 0, aborted: [], bytes };
  }
}

const one: Broker = { host: 'one', port: 1 };
const other: Broker = { host: 'other', port: 1 };
let end = new AbortController();
afterEach(() => {
  end.abort();
  end = new AbortController();
});

function start(brokers: Brokers, appetites: readonly Appetite[]) {
  const sources = appetites.map((appetite, partition) => new Source(partition, appetite));
  const failed = vi.fn();
  const options = { cluster: brokers.cluster, sources, signal: end.signal, failed };
  return { sources, failed, ahead: new FetchAhead(options) };
}

describe('fetching ahead', () => {
  it('asks a broker for all of its partitions from the first fetch on', async () => {
    const brokers = new Brokers([one, other, one, one]);
    start(brokers, ['hungry', 'hungry', 'hungry', 'hungry']);
    await vi.waitFor(() => expect(brokers.fetchesOf(other)).not.toEqual([]));
    expect(brokers.fetchesOf(one)[0]).toEqual([0, 2, 3]);
    expect(brokers.fetchesOf(other)[0]).toEqual([1]);
  });

  it('asks for nothing while nobody is hungry, and at once when somebody is again', async () => {
    const brokers = new Brokers([one, one]);
    const { sources, ahead } = start(brokers, ['none', 'soon']);
    await delay(20);
    ahead.wake();
    await delay(20);
    expect(brokers.fetchesOf(one)).toEqual([]);
    for (const source of sources) source.appetite = 'hungry';
    ahead.wake();
    await vi.waitFor(() => expect(brokers.fetchesOf(one)[0]).toEqual([0, 1]));
  });

  it('goes on with the others of a broker while one has moved, and follows it', async () => {
    const brokers = new Brokers([one, one, one]);
    const { sources, failed } = start(brokers, ['hungry', 'hungry', 'hungry']);
    await vi.waitFor(() => expect(sources.map(({ taken }) => taken > 0)).not.toContain(false));
    brokers.move(1, other);
    brokers.errors.set(1, NOT_LEADER);
    await vi.waitFor(() => expect(brokers.fetchesOf(one).at(-1)).toEqual([0, 2]));
    brokers.errors.clear();
    await vi.waitFor(() => expect(brokers.fetchesOf(other)[0]).toEqual([1]));
    expect(failed).toHaveBeenCalledOnce();
    expect(brokers.mostInFlight).toBe(1);
  });

  it('asks a broker once at a time, and again for all, after each way of failing', async () => {
    const brokers = new Brokers([one, one, one]);
    start(brokers, ['hungry', 'hungry', 'hungry']);
    for (const partition of [0, 2, 1]) {
      brokers.errors.set(partition, NOT_LEADER);
      await vi.waitFor(() => expect(brokers.fetchesOf(one).at(-1)).not.toContain(partition));
    }
    brokers.errors.clear();
    await vi.waitFor(() => expect(brokers.fetchesOf(one).at(-1)).toEqual([0, 1, 2]));
    brokers.away.add(one);
    const before = brokers.fetchesOf(one).length;
    await delay(60);
    // Once more and not in a loop: the next try comes after a pause.
    expect(brokers.fetchesOf(one).length - before).toBeLessThanOrEqual(2);
    brokers.away.clear();
    const since = brokers.fetchesOf(one).length;
    await vi.waitFor(() => expect(brokers.fetchesOf(one).length).toBeGreaterThan(since));
    await vi.waitFor(() => expect(brokers.fetchesOf(one).at(-1)).toEqual([0, 1, 2]));
    expect(brokers.mostInFlight).toBe(1);
  });

  it('drops what is on its way when it ends, and asks for nothing more', async () => {
    const brokers = new Brokers([one]);
    const { sources, failed } = start(brokers, ['hungry']);
    await vi.waitFor(() => expect(brokers.inFlight.get(one)).toBe(1));
    const asked = brokers.fetchesOf(one).length;
    const taken = sources[0]?.taken;
    end.abort();
    await delay(30);
    expect(brokers.fetchesOf(one)).toHaveLength(asked);
    expect(sources[0]?.taken).toBe(taken);
    expect(failed).not.toHaveBeenCalled();
  });
});
