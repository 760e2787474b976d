import {
  connectionFrom,
  consumeRecords,
  createDecoder,
  createEncoder,
  createRecordProducer,
  createRegistry,
} from '@gemini-events/kafka';
import { FAMILIES, type Result, topicNames } from '@gemini-events/schemas';
import { configOrExit, runService, untilSuccess } from '@gemini-events/service';
import { resultsConfig } from './config.ts';
import { createGeminiClient } from './gemini/client.ts';
import { handleRecord } from './handle-record.ts';
import { createResultsEvents } from './internal-events.ts';
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
  let encodeResult: ((result: Result) => Buffer) | null = null;
  const lookup = () => registry.lookupSchemaIds(TOPIC_PREFIX, ['Result']);
  void untilSuccess(lookup, { signal, onFailure: events.schemasAwaited }).then(
    (ids) => {
      const encode = createEncoder(ids);
      encodeResult = (value) => encode({ name: 'Result', value });
    },
    () => undefined,
  );
  const { RESULTS_MAX_ATTEMPTS: maxAttempts, RESULTS_RETRY_FIRST_WAIT_MS: firstWaitMs } = config;
  const adapters = {
    decoder: createDecoder(registry),
    client,
    store: createOutputStore({ root: config.RESULTS_DIR, instance: INSTANCE_ID, now }),
    producer,
    encodeResult: () => encodeResult,
    topics: { results: topics.results, deadLetters },
    retry: { maxAttempts, firstWaitMs },
    now,
    random: Math.random,
    events,
  };
  const handle = handleRecord.bind(null, adapters);
  const inputs = FAMILIES.map((family) => topics.events(family));
  const onFailure = events.blocked;
  const consumer = consumeRecords({ connection, groupId, topics: inputs, handle, onFailure });
  const ready = () => {
    if (encodeResult === null) return { ok: false, detail: 'schema ids are not known yet' };
    return producer.status().ok ? consumer.status() : producer.status();
  };
  const stop = async (): Promise<void> => {
    await consumer.stop();
    await producer.close();
    await client.close();
  };
  return { ready, stop };
});
