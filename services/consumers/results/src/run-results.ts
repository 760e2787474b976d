import { runConsumerProcess } from '@gemini-events/consumer/run';
import { createGemini } from '@gemini-events/gemini';
import { createDispatcher, createHttpClient } from '@gemini-events/http';
import { createOutputs, manifestKey, openResultsStore, outputPrefix } from '@gemini-events/objects';
import { topicNames } from '@gemini-events/schemas';
import { configOrExit } from '@gemini-events/service';
import { resultsConfig } from './config.ts';
import { createResultsConsumer } from './consumer.ts';
import { createOutputEvents } from './output-events.ts';
import { createTimeLeft } from './time-left.ts';

const config = configOrExit(resultsConfig);
const baseUrl = config.GEMINI_BASE_URL;
const policy = { allowedHosts: config.RESULTS_ALLOWED_HOSTS, ownOrigins: [baseUrl] };
const http = createHttpClient({
  policy,
  totalTimeoutMs: config.RESULTS_DOWNLOAD_TIMEOUT_MS,
  dispatcher: createDispatcher({
    policy,
    idleTimeoutMs: config.RESULTS_IDLE_TIMEOUT_MS,
    isBulk: true,
    proxyUrl: config.RESULTS_PROXY_URL ?? null,
  }),
});
const store = await openResultsStore(config, config.INSTANCE_ID);
// What a former life left half-done. Where the store is away, the next start does it.
await store.clean().catch(() => undefined);

await runConsumerProcess({
  name: 'results',
  config,
  writes: ['results'],
  define: ({ metrics, publish, encode, oldestParked }) => {
    const timeLeft = createTimeLeft(Date.now);
    return createResultsConsumer({
      gemini: createGemini({ http, baseUrl, apiKey: () => config.GEMINI_API_KEY.reveal() }),
      outputs: createOutputs(store),
      maxBytes: config.RESULTS_MAX_BYTES,
      concurrency: config.RESULTS_CONCURRENCY,
      publish,
      encodeResult: (value) => encode({ name: 'Result', value }),
      topic: topicNames(config.TOPIC_PREFIX).results,
      manifestUri: (manifest) => store.uriOf(manifestKey(outputPrefix(manifest))),
      retryDelaysMs: config.RESULTS_RETRY_DELAYS_MS,
      events: createOutputEvents(metrics, () => timeLeft.now(oldestParked())),
      timeLeft,
      now: Date.now,
    });
  },
  close: async () => {
    await http.close();
    await store.close();
  },
});
