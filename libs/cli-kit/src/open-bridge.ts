import type { Cluster } from '@gemini-events/kafka/cluster';
import type { Decoder } from '@gemini-events/kafka/codec';
import type { PostgresPool } from '@gemini-events/postgres';
import type { ConsumersConfig } from './config.ts';
import type { Io } from './io.ts';

/** Kafka, registry and Postgres of a bridge, as a command needs them. */
export interface Bridge {
  readonly config: ConsumersConfig;
  readonly prefix: string;
  readonly cluster: Cluster;
  readonly decoder: Decoder;
  readonly pool: PostgresPool;
}

/**
 * Opens them, brings the database up to date, and closes all of it in the end. The clients are loaded here
 * and not before: commands that only declare themselves import this file too.
 * @throws BridgeError ERR_CONFIG_INVALID; those of Postgres
 */
export async function withBridge<Result>(
  io: Io,
  work: (bridge: Bridge) => Promise<Result>,
): Promise<Result> {
  const { configOf, consumersConfig } = await import('./config.ts');
  const config = configOf(consumersConfig, io);
  const { Cluster } = await import('@gemini-events/kafka/cluster');
  const { connectionFrom } = await import('@gemini-events/kafka/connection');
  const { createDecoder, createRegistry } = await import('@gemini-events/kafka/codec');
  const { createPool, migrate } = await import('@gemini-events/postgres');
  const { TOPIC_PREFIX: prefix } = config;
  const cluster = new Cluster(connectionFrom(config, `${prefix}.cli`));
  const pool = createPool({
    connectionString: config.DATABASE_URL.reveal(),
    applicationName: `${prefix}.cli`,
    size: 2,
  });
  try {
    await migrate(pool);
    return await work({
      config,
      prefix,
      cluster,
      decoder: createDecoder(createRegistry(config)),
      pool,
    });
  } finally {
    await pool.close();
    await cluster.close();
  }
}
