import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { createPool, type PoolOptions, type PostgresPool } from '../pool.ts';

export interface TestDatabase {
  readonly url: string;
  /** Opens a pool, which is closed with the database. */
  pool(options?: Partial<PoolOptions>): PostgresPool;
  drop(): Promise<void>;
}

/** A new, empty database on the server of another one. */
export async function createTestDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const pools: PostgresPool[] = [];
  await onServer(serverUrl, `create database ${name}`);
  return {
    url: url.href,
    pool: (options) => {
      const pool = createPool({
        connectionString: url.href,
        applicationName: 'gemini-events test',
        ...options,
      });
      pools.push(pool);
      return pool;
    },
    drop: async () => {
      await Promise.all(pools.map((pool) => pool.close()));
      await onServer(serverUrl, `drop database ${name} with (force)`);
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
