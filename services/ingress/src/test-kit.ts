import type { ComposedValue } from '@gemini-events/events';
import { createRegistry } from '@gemini-events/kafka/codec';
import { createRecordProducer } from '@gemini-events/kafka/producer';
import { topicNames } from '@gemini-events/schemas';
import { createLogger, createMetrics } from '@gemini-events/service';
import { parseSecret, signV1 } from '@gemini-events/webhooks';
import { awaitEncoder } from './event-encoder.ts';
import { createIngress, type Ingress } from './ingress.ts';
import { createIngressEvents } from './internal-events.ts';
import { staticSource } from './sources/static-source.ts';

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

export interface TestIngress extends Ingress {
  readonly metricsText: () => Promise<string>;
}

/** For tests: an ingress on real adapters, with one source whose secret `deliver` knows. */
export async function startTestIngress(options: {
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly registryUrl?: string;
  /** Instead of the registry's. */
  readonly encode?: (content: ComposedValue) => Buffer;
}): Promise<TestIngress> {
  const { brokers, prefix, registryUrl = 'http://127.0.0.1:9', encode } = options;
  const ending = new AbortController();
  const metrics = createMetrics();
  const events = createIngressEvents(createLogger('ingress', 'fatal'), metrics);
  const topic = topicNames(prefix).deliveries;
  const producer = createRecordProducer({
    connection: { clientId: 'test', brokers },
    topics: [topic],
    deliveryTimeoutMs: 1_000,
    maxInFlightBytes: 10_000_000,
    events: { connected: events.kafkaConnected, lost: events.kafkaLost },
  });
  const registered = awaitEncoder({
    registry: createRegistry({ SCHEMA_REGISTRY_URL: registryUrl }),
    prefix,
    shelf: { load: () => Promise.resolve(null), save: () => Promise.resolve() },
    signal: ending.signal,
    onFailure: events.schemasAwaited,
  });
  const sources = new Map([['default', staticSource('default', [testKey()], { team: 'x' })]]);
  const ingress = await createIngress({
    host: '127.0.0.1',
    port: 0,
    maxBodyBytes: 262_144,
    maxInFlightBytes: 10_000_000,
    trustedProxies: { includes: () => false, toJSON: () => [] },
    tls: null,
    sources: () => sources,
    topic,
    encoder: encode === undefined ? registered : () => encode,
    producer,
    events,
    now: Date.now,
    random: Math.random,
  });
  const stop = (): Promise<void> => {
    ending.abort();
    return ingress.stop();
  };
  return { ...ingress, stop, metricsText: () => metrics.text() };
}

/** Sends a rightly signed delivery. */
export function deliver(port: number, id: string, body: string): Promise<Response> {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = signV1(testKey(), { webhookId: id, timestamp, rawBody: Buffer.from(body) });
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  };
  return fetch(`http://127.0.0.1:${port}/webhooks/gemini`, { method: 'POST', headers, body });
}

function testKey() {
  const parsed = parseSecret(SECRET);
  if (!parsed.ok) throw new Error(parsed.fault);
  return parsed.key;
}
