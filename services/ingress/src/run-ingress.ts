import { createRegistry } from '@gemini-events/kafka/codec';
import { connectionFrom } from '@gemini-events/kafka/connection';
import { createRecordProducer } from '@gemini-events/kafka/producer';
import { topicNames } from '@gemini-events/schemas';
import { configOrExit, runService } from '@gemini-events/service';
import { ingressConfig } from './config.ts';
import { awaitEncoder } from './event-encoder.ts';
import { createIngress } from './ingress.ts';
import { createIngressEvents } from './internal-events.ts';
import { createSchemaIdShelf } from './schema-id-shelf.ts';
import { openSources } from './sources/open-sources.ts';

/** The producer gives up before the sender is to be answered. */
const ANSWER_MARGIN = 0.9;

const config = configOrExit(ingressConfig);

await runService({ name: 'ingress', config }, async ({ log, metrics, signal }) => {
  const events = createIngressEvents(log, metrics);
  const prefix = config.TOPIC_PREFIX;
  const { deliveries } = topicNames(prefix);
  const maxInFlightBytes = config.INGRESS_MAX_IN_FLIGHT_BYTES;
  const stateDir = config.INGRESS_STATE_DIR;

  const sources = openSources({
    file: config.SOURCES_FILE,
    secrets: config.GEMINI_WEBHOOK_SECRETS ?? [],
    stateDir,
    maxFailedChecks: config.INGRESS_MAX_FAILED_CHECKS,
    events,
  });
  const encoder = awaitEncoder({
    registry: createRegistry(config),
    prefix,
    shelf: createSchemaIdShelf(stateDir, config.SCHEMA_REGISTRY_URL, prefix),
    signal,
    onFailure: events.schemasAwaited,
  });
  const producer = createRecordProducer({
    connection: connectionFrom(config, `${prefix}.ingress`),
    topics: [deliveries],
    deliveryTimeoutMs: Math.floor(config.INGRESS_ACK_TIMEOUT_MS * ANSWER_MARGIN),
    maxInFlightBytes,
    events: { connected: events.kafkaConnected, lost: events.kafkaLost },
  });
  const { INGRESS_TLS_CERT_FILE: certFile, INGRESS_TLS_KEY_FILE: keyFile } = config;
  const ingress = await createIngress({
    host: config.INGRESS_HOST,
    port: config.INGRESS_PORT,
    maxBodyBytes: config.INGRESS_MAX_BODY_BYTES,
    maxInFlightBytes,
    trustedProxies: config.INGRESS_TRUSTED_PROXIES,
    tls: certFile === undefined || keyFile === undefined ? null : { certFile, keyFile },
    sources: sources.current,
    topic: deliveries,
    encoder,
    producer,
    events,
    now: Date.now,
    random: Math.random,
  });
  log.info({ host: config.INGRESS_HOST, port: ingress.port }, 'listening for deliveries');
  const stop = async (): Promise<void> => {
    await ingress.stop();
    sources.stop();
  };
  return { ready: ingress.ready, stop };
});
