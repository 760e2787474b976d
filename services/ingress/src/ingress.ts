import { setTimeout as delay } from 'node:timers/promises';
import type { ComposedValue } from '@gemini-events/events';
import type { RecordProducer } from '@gemini-events/kafka/producer';
import type { Health } from '@gemini-events/service';
import { createDeliveryAcceptor } from './accept/accept-delivery.ts';
import type { IngressEvents } from './internal-events.ts';
import type { TrustedProxies } from './server/client-address.ts';
import { startHttpServer } from './server/http-server.ts';
import type { TlsFiles } from './server/tls-files.ts';
import type { Sources } from './sources/source.ts';

export interface IngressOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly maxBodyBytes: number;
  readonly maxInFlightBytes: number;
  readonly trustedProxies: TrustedProxies;
  /** Null: plain HTTP. */
  readonly tls: TlsFiles | null;
  /** Asked for each delivery. */
  readonly sources: () => Sources;
  /** The delivery topic. */
  readonly topic: string;
  /** Null until the schema ids are known. */
  readonly encoder: () => ((content: ComposedValue) => Buffer) | null;
  /** Closed by `stop()`. */
  readonly producer: RecordProducer;
  readonly events: IngressEvents;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface Ingress {
  readonly port: number;
  readonly ready: () => Health;
  /** Stops listening, answers what was begun, flushes, and closes. */
  readonly stop: () => Promise<void>;
}

const GAUGES_EVERY_MS = 1_000;
const DRAIN_LIMIT_MS = 10_000;

/**
 * Starts an ingress on adapters that were made by the caller.
 * @throws BridgeError ERR_PORT_TAKEN
 */
export async function createIngress(options: IngressOptions): Promise<Ingress> {
  const { producer, events, encoder } = options;
  const server = await startHttpServer({
    host: options.host,
    port: options.port,
    maxBodyBytes: options.maxBodyBytes,
    maxCollectedBytes: options.maxInFlightBytes,
    trustedProxies: options.trustedProxies,
    tls: options.tls,
    handler: createDeliveryAcceptor(options),
    onVerdict: events.verdict,
    random: options.random,
  });
  const gauges = setInterval(() => {
    events.inFlight(server.requestsInFlight, server.bytesCollected + producer.inFlightBytes);
  }, GAUGES_EVERY_MS);
  return {
    port: server.port,
    ready() {
      if (encoder() === null) return { ok: false, detail: 'schema ids are not known yet' };
      return producer.status();
    },
    async stop() {
      // A sender may dribble its body for ever; what it began is lost to it alone.
      await Promise.race([server.drain(), delay(DRAIN_LIMIT_MS, undefined, { ref: false })]);
      await producer.close();
      server.close();
      clearInterval(gauges);
    },
  };
}
