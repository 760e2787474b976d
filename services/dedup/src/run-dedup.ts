import { connectionFrom, createKafkaJs } from '@gemini-events/kafka/connection';
import { ExactlyOnceProcessor, type ProcessorStatus } from '@gemini-events/kafka/processor';
import { configOrExit, runService } from '@gemini-events/service';
import { awaitTopics } from './await-topics.ts';
import { dedupConfig, describeConfig } from './config.ts';
import { createDedupLogic, type DedupLogic } from './dedup-logic.ts';
import { createInternalEvents } from './internal-events.ts';
import { readiness } from './progress.ts';
import { dedupTopology, describeTopology, topicsByRoute } from './topology.ts';

const HOUR_MS = 3_600_000;
const OBSERVE_MS = 1_000;

const topologyOf = (from: {
  readonly TOPIC_PREFIX: string;
  readonly DEDUP_WINDOW_HOURS: number;
  readonly DEDUP_KEY: (typeof config)['DEDUP_KEY'];
}) =>
  dedupTopology({
    prefix: from.TOPIC_PREFIX,
    windowHours: from.DEDUP_WINDOW_HOURS,
    key: from.DEDUP_KEY,
  });

if (process.argv.includes('--describe')) {
  process.stdout.write(describeTopology(topologyOf(configOrExit(describeConfig))));
  process.exit(0);
}

const config = configOrExit(dedupConfig);

await runService({ name: 'dedup', config }, async ({ log, metrics, signal }) => {
  const topology = topologyOf(config);
  const events = createInternalEvents(log, metrics);
  const name = `${config.TOPIC_PREFIX}.dedup`;
  const connection = connectionFrom(config, `${name}-${config.INSTANCE_ID}`);
  const windowMs = config.DEDUP_WINDOW_HOURS * HOUR_MS;
  if (config.DEDUP_WINDOW_HOURS < 24) events.windowShort();
  const logicOptions = {
    windowMs,
    key: config.DEDUP_KEY,
    topics: topicsByRoute(topology),
    count: events.counted,
  };
  /** For the gauges; the processor decides how long each of them lives. */
  const logics = new Map<number, WeakRef<DedupLogic>>();
  const processor = new ExactlyOnceProcessor({
    connection,
    groupId: name,
    transactionalId: `${name}-${config.INSTANCE_ID}`,
    inputTopic: topology.source.topic,
    changelogTopic: topology.store.changelog,
    allowOffsetReset: config.DEDUP_ALLOW_OFFSET_RESET,
    createLogic: (partition) => {
      const logic = createDedupLogic(logicOptions);
      logics.set(partition, new WeakRef(logic));
      return logic;
    },
    events: events.processor,
  });
  const storesOf = ({ tasks }: ProcessorStatus) =>
    tasks.flatMap(({ partition }) => logics.get(partition)?.deref()?.stats() ?? []);
  const observing = setInterval(() => {
    const status = processor.status();
    events.observed(status, storesOf(status));
  }, OBSERVE_MS);

  const onFailure = events.topicsAwaited;
  const topics = awaitTopics(createKafkaJs(connection), topology, { windowMs, signal, onFailure });
  void topics.fit.then(
    () => processor.start(),
    (error) => signal.aborted || events.refused(error),
  );
  return {
    ready: () => {
      const missing = topics.reason();
      return missing === null ? readiness(processor.status()) : { ok: false, detail: missing };
    },
    stop: async () => {
      clearInterval(observing);
      await processor.stop();
    },
  };
});
