import {
  connectionFrom,
  consumeRecords,
  createDecoder,
  createKafkaJs,
  createRecordProducer,
  createRegistry,
  createEncoder,
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
  const topics = topicNames(config.TOPIC_PREFIX);
  const groupId = `${config.TOPIC_PREFIX}.results`;
  const connection = connectionFrom(config, `${groupId}-${config.INSTANCE_ID}`);
  const registry = createRegistry(config);
  const client = createGeminiClient({
    baseUrl: config.GEMINI_BASE_URL,
    apiKey: () => config.GEMINI_API_KEY.reveal(),
    signal,
  });
  const producer = createRecordProducer({
    connection,
    topics: [topics.results, topics.dlq('results')],
    deliveryTimeoutMs: 10_000,
    maxInFlightBytes: 16 * 1024 * 1024,
    events: { connected: events.kafkaConnected, lost: events.kafkaLost },
  });
  let encodeResult: ((result: Result) => Buffer) | null = null;
  untilSuccess(() => registry.lookupSchemaIds(config.TOPIC_PREFIX, ['Result']), {
    signal,
    onFailure: events.schemasAwaited,
  }).then((ids) => {
    const encode = createEncoder(ids);
    encodeResult = (value) => encode({ name: 'Result', value });
  }, () => undefined);
  const adapters = {
    decoder: createDecoder(registry),
    client,
    store: createOutputStore(config.RESULTS_DIR, Date.now),
    producer,
    encodeResult: () => encodeResult,
    topics: { results: topics.results, deadLetters: topics.dlq('results') },
    maxAttempts: config.RESULTS_MAX_ATTEMPTS,
    now: Date.now,
    random: Math.random,
    events,
  };
  const consumer = consumeRecords({
    kafka: createKafkaJs(connection),
    groupId,
    topics: FAMILIES.map((family) => topics.events(family)),
    handle: (record, ending) => handleRecord(adapters, record, ending),
    onFailure: events.groupFailed,
  });
  return {
    ready: () => {
      if (consumer.assigned() === null) return { ok: false, detail: 'joining the group' };
      if (encodeResult === null) return { ok: false, detail: 'schema ids are not known yet' };
      return producer.status();
    },
    stop: async () => {
      await consumer.stop();
      await producer.close();
      await client.close();
    },
  };
});
