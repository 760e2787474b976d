import {
  Cluster,
  connectionFrom,
  createKafkaJs,
  ExactlyOnceProcessor,
  watchTopics,
} from '@gemini-events/kafka';
import { FAMILIES, topicNames } from '@gemini-events/schemas';
import { configOrExit, runService } from '@gemini-events/service';
import { dedupConfig } from './config.ts';
import { createDedupLogic } from './dedup-logic.ts';
import { createInternalEvents } from './internal-events.ts';

const HOUR_MS = 3_600_000;

const config = configOrExit(dedupConfig);

await runService({ name: 'dedup', config }, async ({ log, metrics, signal }) => {
  const topics = topicNames(config.TOPIC_PREFIX);
  const events = createInternalEvents(log, metrics);
  const connection = connectionFrom(config, `${config.TOPIC_PREFIX}.dedup-${config.INSTANCE_ID}`);
  const kafka = createKafkaJs(connection);
  const cluster = new Cluster(connection);
  if (config.DEDUP_WINDOW_HOURS < 24) {
    log.warn('DEDUP_WINDOW_HOURS is below the 24 hours during which Gemini repeats a delivery');
  }
  const processor = new ExactlyOnceProcessor({
    kafka,
    cluster,
    groupId: `${config.TOPIC_PREFIX}.dedup`,
    transactionalId: `${config.TOPIC_PREFIX}.dedup-${config.INSTANCE_ID}`,
    inputTopic: topics.deliveries,
    changelogTopic: topics.changelog,
    allowOffsetReset: config.DEDUP_ALLOW_OFFSET_RESET,
    createLogic: () =>
      createDedupLogic({
        windowMs: config.DEDUP_WINDOW_HOURS * HOUR_MS,
        topicOf: topics.of,
        count: events.counted,
      }),
    events: events.processor,
  });
  const outputs = [...FAMILIES, 'unknown', 'quarantine'] as const;
  const watch = watchTopics(kafka, [topics.changelog, ...outputs.map(topics.of)], {
    input: topics.deliveries,
    signal,
    onUnfit: events.topicsAwaited,
  });
  void watch.fit.then(() => processor.start());
  return {
    ready: () => {
      const missing = watch.reason();
      if (missing !== null) return { ok: false, detail: missing };
      const { joined, ready, tasks } = processor.status();
      const waiting = tasks.filter(({ state }) => state !== 'running').length;
      return {
        ok: ready,
        detail: joined ? `${tasks.length} partitions, ${waiting} not running` : 'joining the group',
      };
    },
    stop: async () => {
      await processor.stop();
      await cluster.close();
    },
  };
});
