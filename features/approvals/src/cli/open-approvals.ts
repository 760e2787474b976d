import type { Io } from '@gemini-events/cli-kit';
import { configOf } from '@gemini-events/cli-kit/config';
import { createPool, migrate } from '@gemini-events/postgres';
import { kafkaFields, secret } from '@gemini-events/service/config-fields';
import { z } from 'zod';
import { type Approvals, createPostgresApprovals } from '../store/approvals.ts';

/** The environment of `approvals`. */
export const approvalsConfig = z.object({
  TOPIC_PREFIX: kafkaFields.TOPIC_PREFIX,
  DATABASE_URL: secret('is required: the Postgres of the consumers').describe(
    'Postgres of the agent: postgres://user:password@host:port/database.',
  ),
});

/**
 * Opens the approvals, with the database brought up to date, and closes them in the end. Kafka is not
 * needed: the agent takes what happens here to the topics.
 */
export async function withApprovals<Result>(
  io: Io,
  work: (approvals: Approvals) => Promise<Result>,
): Promise<Result> {
  const config = configOf(approvalsConfig, io);
  const pool = createPool({
    connectionString: config.DATABASE_URL.reveal(),
    applicationName: `${config.TOPIC_PREFIX}.cli`,
    size: 2,
  });
  try {
    await migrate(pool);
    return await work(createPostgresApprovals(pool));
  } finally {
    await pool.close();
  }
}
