import { BridgeError } from '@gemini-events/events';
import {
  type API,
  type Broker,
  type Connection,
  type ConnectionOptions,
  ConnectionPool,
  findCoordinatorV4,
  metadataV12,
} from '@platformatic/kafka';
import type { KafkaConnection } from '../connection.ts';

/** Which broker a request is for. */
export type Target =
  | { readonly to: 'any' }
  | { readonly to: 'broker'; readonly broker: Broker }
  | { readonly to: 'group' | 'transaction'; readonly id: string };

/** Key types of FindCoordinator (KIP-98). */
const COORDINATOR_KEY = { group: 0, transaction: 1 } as const;

/** A broker that keeps a request longer than this counts as gone; its answer, if it comes, is ignored. */
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Sends single protocol requests to the right broker, each exactly once: no hidden repetition. What
 * may be repeated is decided by the caller, who knows what a request of unknown fate can do.
 * Uses protocol versions that Kafka 3.0 and later understand.
 */
export class Cluster {
  readonly #pool: ConnectionPool;
  readonly #bootstrap: readonly Broker[];
  /** Leaders and coordinators that were looked up. */
  readonly #found = new Map<string, Broker>();
  readonly #brokers = new Map<string, Broker>();

  constructor(connection: KafkaConnection) {
    const options: ConnectionOptions = {
      connectTimeout: 5_000,
      requestTimeout: REQUEST_TIMEOUT_MS,
      maxInflights: 8,
      ...(connection.tls === undefined ? {} : { tls: connection.tls }),
      ...(connection.sasl === undefined ? {} : { sasl: connection.sasl }),
    };
    this.#pool = new ConnectionPool(connection.clientId, options);
    this.#bootstrap = connection.brokers.map(parseBroker);
  }

  /** Sends one request. After a failure leaders and coordinators are looked up anew. */
  async request<Arguments extends unknown[], Answer>(
    target: Target,
    api: API<Arguments, Answer>,
    ...args: Arguments
  ): Promise<Answer> {
    try {
      return await api.async(await this.#connect(target), ...args);
    } catch (error) {
      this.forgetLeaders();
      throw error;
    }
  }

  /** The broker that leads a partition; the same object for the same broker. */
  async leaderOf(topic: string, partition: number): Promise<Broker> {
    const key = `${topic}-${partition}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    await this.#findLeaders(topic);
    const leader = this.#found.get(key);
    if (leader === undefined)
      throw new BridgeError('ERR_KAFKA_UNAVAILABLE', `no leader for ${key}`);
    return leader;
  }

  /** How many partitions a topic has now. */
  async partitionCount(topic: string): Promise<number> {
    const found = await this.request({ to: 'any' }, metadataV12.api, [topic], false, false);
    return found.topics[0]?.partitions.length ?? 0;
  }

  /** Leaders and coordinators are looked up anew: one of them answered that it is none any more. */
  forgetLeaders(): void {
    this.#found.clear();
  }

  async close(): Promise<void> {
    await this.#pool.close().catch(() => undefined);
  }

  async #connect(target: Target): Promise<Connection> {
    switch (target.to) {
      case 'any':
        return this.#pool.getFirstAvailable([...this.#bootstrap]);
      case 'broker':
        return this.#pool.get(target.broker);
      case 'group':
      case 'transaction':
        return this.#pool.get(await this.#findCoordinator(target.to, target.id));
    }
  }

  async #findLeaders(topic: string): Promise<void> {
    const found = await this.request({ to: 'any' }, metadataV12.api, [topic], false, false);
    const brokers = new Map(
      found.brokers.map(({ nodeId, host, port }) => [nodeId, this.#same(host, port)]),
    );
    for (const { partitionIndex, leaderId } of found.topics[0]?.partitions ?? []) {
      const leader = brokers.get(leaderId);
      if (leader !== undefined) this.#found.set(`${topic}-${partitionIndex}`, leader);
    }
  }

  async #findCoordinator(kind: 'group' | 'transaction', id: string): Promise<Broker> {
    const key = `${kind} ${id}`;
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const { coordinators } = await this.request(
      { to: 'any' },
      findCoordinatorV4.api,
      COORDINATOR_KEY[kind],
      [id],
    );
    const found = coordinators[0];
    if (found === undefined || found.errorCode !== 0) {
      throw new BridgeError('ERR_KAFKA_UNAVAILABLE', `no ${kind} coordinator for ${id}`);
    }
    const broker = this.#same(found.host, found.port);
    this.#found.set(key, broker);
    return broker;
  }

  /** One object per broker, so that records can be grouped by it. */
  #same(host: string, port: number): Broker {
    const address = `${host}:${port}`;
    const known = this.#brokers.get(address) ?? { host, port };
    this.#brokers.set(address, known);
    return known;
  }
}

function parseBroker(address: string): Broker {
  const colon = address.lastIndexOf(':');
  return {
    host: address.slice(0, colon).replace(/^\[|\]$/g, ''),
    port: Number(address.slice(colon + 1)),
  };
}
