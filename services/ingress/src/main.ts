import { connectionFrom, createRecordProducer, createRegistry } from '@gemini-events/kafka';
import { topicNames } from '@gemini-events/schemas';
import { configOrExit, runService } from '@gemini-events/service';
import { staticSource } from './accept/static-source.ts';
import { ingressConfig } from './config.ts';
import { awaitEncoder } from './event-encoder.ts';
import { createIngress } from './ingress.ts';
import { createIngressEvents } from './internal-events.ts';

/** The producer gives up before the sender is to be answered. */
const ANSWER_MARGIN = 0.9;

const config = configOrExit(ingressConfig);

await runService({ name: 'ingress', config }, async ({ log, metrics, signal }) => {
  const events = createIngressEvents(log, metrics);
  const { deliveries } = topicNames(config.TOPIC_PREFIX);
  const maxInFlightBytes = config.INGRESS_MAX_IN_FLIGHT_BYTES;

  const encoder = awaitEncoder({
    registry: createRegistry(config),
    prefix: config.TOPIC_PREFIX,
    signal,
    onFailure: events.schemasAwaited,
  });
  const producer = createRecordProducer({
    connection: connectionFrom(config, `${config.TOPIC_PREFIX}.ingress`),
    topics: [deliveries],
    deliveryTimeoutMs: Math.floor(config.INGRESS_ACK_TIMEOUT_MS * ANSWER_MARGIN),
    maxInFlightBytes,
    events: { connected: events.kafkaConnected, lost: events.kafkaLost },
  });
  const ingress = await createIngress({
    host: config.INGRESS_HOST,
    port: config.INGRESS_PORT,
    maxBodyBytes: config.INGRESS_MAX_BODY_BYTES,
    maxInFlightBytes,
    sources: new Map([['default', staticSource('default', config.GEMINI_WEBHOOK_SECRETS)]]),
    topic: deliveries,
    encoder,
    producer,
    events,
    now: Date.now,
    random: Math.random,
  });
  log.info({ host: config.INGRESS_HOST, port: ingress.port }, 'listening for deliveries');
  return { ready: ingress.ready, stop: ingress.stop };
});
