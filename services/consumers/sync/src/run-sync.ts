import { createReadModel } from '@gemini-events/job-status';
import { withAdmin } from '@gemini-events/kafka/admin';
import { Cluster } from '@gemini-events/kafka/cluster';
import { createDecoder, createRegistry } from '@gemini-events/kafka/codec';
import { connectionFrom, createKafkaJs } from '@gemini-events/kafka/connection';
import { createPool, migrate } from '@gemini-events/postgres';
import { configOrExit, runService, untilSuccess } from '@gemini-events/service';
import { syncConfig } from './config.ts';
import { followTopics } from './follow-topics.ts';
import { keepPruned } from './prune.ts';
import { createSyncEvents } from './sync-events.ts';

const config = configOrExit(syncConfig);

await runService({ name: 'sync', config }, async ({ log, metrics, signal }) => {
  const { TOPIC_PREFIX: prefix, INSTANCE_ID: instance } = config;
  const connection = connectionFrom(config, `${prefix}.sync-${instance}`);
  const events = createSyncEvents(log, metrics, () => performance.now());
  const pool = createPool({
    connectionString: config.DATABASE_URL.reveal(),
    applicationName: `${prefix}.sync`,
    size: 3,
  });
  const cluster = new Cluster(connection);
  const kafka = createKafkaJs(connection);
  const readModel = createReadModel(pool);
  const ending = new AbortController();
  const work = async (): Promise<void> => {
    await untilSuccess(() => migrate(pool), { signal: ending.signal, onFailure: events.failed });
    await Promise.all([
      followTopics({
        cluster,
        decoder: createDecoder(createRegistry(config)),
        readModel,
        prefix,
        instance,
        listTopics: () => withAdmin(kafka, (admin) => admin.listTopics()),
        events,
        signal: ending.signal,
      }),
      keepPruned(readModel, {
        onPruned: events.pruned,
        onFailure: events.failed,
        signal: ending.signal,
      }),
    ]);
  };
  signal.addEventListener('abort', () => ending.abort(), { once: true });
  const working = work().catch((error: unknown) => {
    if (!ending.signal.aborted) throw error;
  });
  return {
    ready: events.health,
    async stop() {
      ending.abort();
      await working;
      await cluster.close();
      await pool.close();
    },
  };
});
