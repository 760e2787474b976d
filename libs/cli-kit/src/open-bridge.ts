import type { Cluster } from '@gemini-events/kafka/cluster';
import type { Decoder } from '@gemini-events/kafka/codec';
import type { PostgresPool } from '@gemini-events/postgres';
import type { ConsumersConfig } from './config.ts';
import type { Io } from './io.ts';

/** Postgres of a bridge, for a command that needs no Kafka, or only to write what it did in the audit topic. */
export interface Database {
  readonly config: ConsumersConfig;
  readonly prefix: string;
  readonly pool: PostgresPool;
}

/** Kafka, registry and Postgres of a bridge, as a command needs them. */
export interface Bridge extends Database {
  readonly cluster: Cluster;
  readonly decoder: Decoder;
}

/**
 * Opens it, brings it up to date, and closes it in the end. The client is loaded here and not before:
 * commands that only declare themselves import this file too.
 * @throws BridgeError ERR_CONFIG_INVALID; those of Postgres
 */
export async function withDatabase<Result>(
  io: Io,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const { configOf, consumersConfig } = await import('./config.ts');
  const config = configOf(consumersConfig, io);
  const { createPool, migrate } = await import('@gemini-events/postgres');
  const { TOPIC_PREFIX: prefix } = config;
  const pool = createPool({
    connectionString: config.DATABASE_URL.reveal(),
    applicationName: `${prefix}.cli`,
    size: 2,
  });
  try {
    await migrate(pool);
    return await work({ config, prefix, pool });
  } finally {
    await pool.close();
  }
}

/**
 * As `withDatabase`, with Kafka and the registry.
 * @throws BridgeError ERR_CONFIG_INVALID; those of Postgres
 */
export async function withBridge<Result>(
  io: Io,
  work: (bridge: Bridge) => Promise<Result>,
): Promise<Result> {
  return withDatabase(io, async (database) => {
    const { Cluster } = await import('@gemini-events/kafka/cluster');
    const { connectionFrom } = await import('@gemini-events/kafka/connection');
    const { createDecoder, createRegistry } = await import('@gemini-events/kafka/codec');
    const { config, prefix } = database;
    const cluster = new Cluster(connectionFrom(config, `${prefix}.cli`));
    try {
      return await work({ ...database, cluster, decoder: createDecoder(createRegistry(config)) });
    } finally {
      await cluster.close();
    }
  });
}
