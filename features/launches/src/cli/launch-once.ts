import { defaultActor } from '@gemini-events/cli-kit';
import { createGemini } from '@gemini-events/gemini';
import { createDispatcher, createHttpClient } from '@gemini-events/http';
import { createEncoder, createRegistry } from '@gemini-events/kafka/codec';
import { connectionFrom, createKafkaJs } from '@gemini-events/kafka/connection';
import { sendOnce } from '@gemini-events/kafka/send-once';
import { createPool, migrate } from '@gemini-events/postgres';
import { topicNames } from '@gemini-events/schemas';
import type { z } from 'zod';
import type { LaunchOrder } from '../launcher/launch-order.ts';
import { createLauncher } from '../launcher/launcher.ts';
import type { Launched } from '../launcher/launcher-options.ts';
import { fixedBudget } from '../launcher/spend-guard.ts';
import { createPostgresLaunches } from '../store/postgres-launches.ts';
import type { launchConfig } from './config.ts';

const TIMEOUT_MS = 120_000;
/** The agent's own limit is for what nobody looks at. */
const BUDGET = { usualUsd: 5, mostUsd: 1_000 };

/** Launches a job by the ledger and puts it on the topic of jobs. */
export async function launchOnce(
  config: z.output<typeof launchConfig>,
  order: LaunchOrder,
): Promise<Launched> {
  const { TOPIC_PREFIX: prefix, GEMINI_BASE_URL: baseUrl, AGENT_WEBHOOK_URL: url } = config;
  const ids = await createRegistry(config).lookupSchemaIds(prefix, ['Job']);
  const encode = createEncoder(ids);
  const policy = { allowedHosts: [], ownOrigins: [baseUrl] };
  const http = createHttpClient({
    policy,
    totalTimeoutMs: TIMEOUT_MS,
    dispatcher: createDispatcher({ policy, idleTimeoutMs: TIMEOUT_MS }),
  });
  const pool = createPool({
    connectionString: config.DATABASE_URL.reveal(),
    applicationName: `${prefix}.cli`,
    size: 2,
  });
  try {
    await migrate(pool);
    const launcher = createLauncher({
      gemini: createGemini({ http, baseUrl, apiKey: () => config.GEMINI_API_KEY.reveal() }),
      launches: createPostgresLaunches(pool),
      guard: fixedBudget(BUDGET),
      announce: (value) =>
        sendOnce(createKafkaJs(connectionFrom(config, `${prefix}.cli`)), {
          topic: topicNames(prefix).jobs,
          key: Buffer.from(value.resource_id),
          value: encode({ name: 'Job', value }),
          headers: {},
        }),
      caller: `cli:${defaultActor()}`,
      webhook: url === undefined ? null : { url },
      ownerKey: config.AGENT_OWNER_KEY?.reveal() ?? null,
    });
    return await launcher.launch(order, AbortSignal.timeout(TIMEOUT_MS));
  } finally {
    await pool.close();
    await http.close();
  }
}
