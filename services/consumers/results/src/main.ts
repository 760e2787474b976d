import '@gemini-events/service/lean-process';
import { runConsumerProcess } from '@gemini-events/consumer/run';
import { topicNames } from '@gemini-events/schemas';
import { configOrExit } from '@gemini-events/service';
import { resultsConfig } from './config.ts';
import { createResultsConsumer } from './consumer.ts';
import { createGeminiClient } from './gemini/client.ts';
import { createOutputEvents } from './output-events.ts';
import { createOutputStore } from './store/output-store.ts';

const config = configOrExit(resultsConfig);
const client = createGeminiClient({
  baseUrl: config.GEMINI_BASE_URL,
  apiKey: () => config.GEMINI_API_KEY.reveal(),
  idleTimeoutMs: config.RESULTS_IDLE_TIMEOUT_MS,
  totalTimeoutMs: config.RESULTS_DOWNLOAD_TIMEOUT_MS,
});

await runConsumerProcess({
  name: 'results',
  config,
  writes: ['results'],
  define: ({ metrics, publish, encode }) =>
    createResultsConsumer({
      client,
      store: createOutputStore({
        root: config.RESULTS_DIR,
        instance: config.INSTANCE_ID,
        now: Date.now,
      }),
      publish,
      encodeResult: (value) => encode({ name: 'Result', value }),
      topic: topicNames(config.TOPIC_PREFIX).results,
      retryDelaysMs: config.RESULTS_RETRY_DELAYS_MS,
      events: createOutputEvents(metrics),
    }),
  close: () => client.close(),
});
