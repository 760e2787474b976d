import {
  connectionFrom,
  consumeRecords,
  createDecoder,
  createKafkaJs,
  createRecordProducer,
  createRegistry,
  watchTopics,
} from '@gemini-events/kafka';
import { FAMILIES, topicNames } from '@gemini-events/schemas';
import { configOrExit, runService } from '@gemini-events/service';
import { resultsConfig } from './config.ts';
import { createGeminiClient } from './gemini/client.ts';
import { handleRecord } from './handle-record.ts';
import { createResultsEvents } from './internal-events.ts';
import { awaitResultEncoder } from './result-encoder.ts';
import { createOutputStore } from './store/output-store.ts';

const config = configOrExit(resultsConfig);

await runService({ name: 'results', config }, async ({ log, metrics, signal }) => {
  const events = createResultsEvents(log, metrics);
  const { TOPIC_PREFIX, INSTANCE_ID } = config;
  const topics = topicNames(TOPIC_PREFIX);
  const deadLetters = topics.dlq('results');
  const groupId = `${TOPIC_PREFIX}.results`;
  const connection = connectionFrom(config, `${groupId}-${INSTANCE_ID}`);
  const registry = createRegistry(config);
  const now = Date.now;
  const client = createGeminiClient({
    baseUrl: config.GEMINI_BASE_URL,
    apiKey: () => config.GEMINI_API_KEY.reveal(),
    idleTimeoutMs: config.RESULTS_IDLE_TIMEOUT_MS,
    totalTimeoutMs: config.RESULTS_DOWNLOAD_TIMEOUT_MS,
    now,
  });
  const producer = createRecordProducer({
    connection,
    topics: [topics.results, deadLetters],
    deliveryTimeoutMs: 10_000,
    maxInFlightBytes: 16 * 1024 * 1024,
    events: { connected: events.kafkaConnected, lost: events.kafkaLost },
  });
  const encodeResult = awaitResultEncoder(registry, TOPIC_PREFIX, {
    signal,
    onFailure: events.schemasAwaited,
  });
  const { RESULTS_MAX_ATTEMPTS: maxAttempts, RESULTS_RETRY_FIRST_WAIT_MS: firstWaitMs } = config;
  const adapters = {
    decoder: createDecoder(registry),
    client,
    store: createOutputStore({ root: config.RESULTS_DIR, instance: INSTANCE_ID, now }),
    producer,
    encodeResult,
    topics: { results: topics.results, deadLetters },
    retry: { maxAttempts, firstWaitMs },
    now,
    random: Math.random,
    events,
  };
  const handle = handleRecord.bind(null, adapters);
  const inputs = FAMILIES.map((family) => topics.events(family));
  const onUnfit = events.topicsAwaited;
  const needed = [...inputs, topics.results, deadLetters];
  const watch = watchTopics(createKafkaJs(connection), needed, { signal, onUnfit });
  const group = { connection, groupId, topics: inputs };
  const consumer = consumeRecords({ ...group, handle, onFailure: events.blocked });
  const ready = () => {
    const missing = watch.reason() ?? (encodeResult() ? null : 'schema ids are not known yet');
    if (missing !== null) return { ok: false, detail: missing };
    return producer.status().ok ? consumer.status() : producer.status();
  };
  const stop = async (): Promise<void> => {
    await consumer.stop();
    await producer.close();
    await client.close();
  };
  return { ready, stop };
});
