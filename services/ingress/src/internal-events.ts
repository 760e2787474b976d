import type { Logger, Metrics } from '@gemini-events/service';
import type { JwksEvents } from '@gemini-events/webhooks';
import type { Verdict } from './accept/verdict.ts';
import type { SourceEvents } from './sources/source-set.ts';

/** Everything that the ingress tells about itself: metrics and logs are made here alone. */
export interface IngressEvents extends SourceEvents {
  readonly verdict: (source: string | null, verdict: Verdict) => void;
  readonly acknowledged: (seconds: number) => void;
  /** Own clock minus webhook-timestamp, in seconds. */
  readonly clockSkew: (seconds: number) => void;
  readonly inFlight: (requests: number, bytes: number) => void;
  readonly kafkaConnected: () => void;
  readonly kafkaLost: (cause: unknown) => void;
  readonly schemasAwaited: (cause: unknown) => void;
  readonly failed: (cause: unknown) => void;
  readonly jwks: (url: string) => JwksEvents;
}

const ACK_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createIngressEvents(log: Logger, metrics: Metrics): IngressEvents {
  const deliveries = metrics.counter(
    'gemini_events_ingress_deliveries_total',
    'Requests to the webhook paths by what was decided: accepted, refused, unavailable.',
    ['source', 'verdict', 'reason', 'scheme', 'type'],
  );
  const ack = metrics.histogram(
    'gemini_events_ingress_ack_seconds',
    'From handing a record to the producer to the acknowledgement of all replicas.',
    ACK_BUCKETS,
  );
  const skew = metrics.gauge(
    'gemini_events_ingress_clock_skew_seconds',
    'Own clock minus webhook-timestamp of the last delivery that had one; unverified if stale.',
  );
  const requests = metrics.gauge(
    'gemini_events_ingress_in_flight_requests',
    'Requests that are not answered yet.',
  );
  const bytes = metrics.gauge(
    'gemini_events_ingress_in_flight_bytes',
    'Bytes of bodies being received and of records not yet acknowledged.',
  );
  const keys = metrics.gauge(
    'gemini_events_ingress_jwks_keys',
    'Keys that were usable at the last good look at a JWKS URL.',
    ['host'],
  );
  const jwksFailures = metrics.counter(
    'gemini_events_ingress_jwks_failures_total',
    'Looks at a JWKS URL, or at what was kept of it, that failed.',
    ['host'],
  );
  const reloads = metrics.counter(
    'gemini_events_ingress_sources_loads_total',
    'Readings of the sources file that changed the sources, or were refused.',
    ['outcome'],
  );
  let lastSchemaFault: string | undefined;
  return {
    verdict(source, decided) {
      const { verdict } = decided;
      const isAccepted = verdict === 'accepted';
      deliveries.inc({
        source: source ?? 'none',
        verdict,
        reason: isAccepted ? 'none' : decided.reason,
        scheme: isAccepted ? decided.scheme : 'none',
        type: isAccepted ? decided.type : 'none',
      });
    },
    acknowledged: (seconds) => ack.observe(seconds),
    clockSkew: (seconds) => skew.set(seconds),
    inFlight(requestCount, byteCount) {
      requests.set(requestCount);
      bytes.set(byteCount);
    },
    kafkaConnected: () => log.info('connected to Kafka'),
    kafkaLost: (err) => log.warn({ err }, 'Kafka cannot be reached; deliveries are answered 503'),
    schemasAwaited(err) {
      // It is tried every few seconds: only news are told.
      const message = err instanceof Error ? err.message : String(err);
      if (message !== lastSchemaFault) log.warn({ err }, 'schema ids are not known yet');
      lastSchemaFault = message;
    },
    sourcesLoaded(names) {
      reloads.inc({ outcome: 'loaded' });
      log.info({ sources: names }, 'sources in force');
    },
    sourcesRefused(faults) {
      reloads.inc({ outcome: 'refused' });
      log.error({ faults }, 'the sources file has faults; the former sources stay in force');
    },
    jwks(url) {
      const { host } = new URL(url);
      return {
        refreshed: (count) => keys.set({ host }, count),
        failed(err) {
          jwksFailures.inc({ host });
          log.warn(
            { err, host },
            'the key set cannot be refreshed; the last good one stays in use',
          );
        },
      };
    },
    failed: (err) => log.error({ err }, 'a delivery failed for no known reason'),
  };
}
