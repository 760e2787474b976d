import {
  Cluster,
  connectionFrom,
  createDecoder,
  createRegistry,
  type Decoder,
} from '@gemini-events/kafka';
import { createPool, migrate, type PostgresPool } from '@gemini-events/postgres';
import type { ConsumersConfig } from './config.ts';

/** Kafka, registry and Postgres of a bridge, as a command needs them. */
export interface Bridge {
  readonly config: ConsumersConfig;
  readonly prefix: string;
  readonly cluster: Cluster;
  readonly decoder: Decoder;
  readonly pool: PostgresPool;
}

/** Opens them, brings the database up to date, and closes all of it in the end. */
export async function withBridge<Result>(
  config: ConsumersConfig,
  work: (bridge: Bridge) => Promise<Result>,
): Promise<Result> {
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
