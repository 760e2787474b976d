/** Our ingress with an immediate acknowledgement in place of Kafka: what all else costs. */
import '@gemini-events/service/lean-process';
import { createEncoder } from '@gemini-events/kafka/codec';
import type { RecordName } from '@gemini-events/schemas';
import { runService } from '@gemini-events/service';
import { parseSecret } from '@gemini-events/webhooks';
import { createIngress } from '../../../services/ingress/src/ingress.ts';
import { createIngressEvents } from '../../../services/ingress/src/internal-events.ts';
import { staticSource } from '../../../services/ingress/src/sources/static-source.ts';

const RECORDS: readonly RecordName[] = [
  'BatchEvent',
  'InteractionEvent',
  'VideoEvent',
  'UnknownEvent',
  'QuarantinedDelivery',
];
const MAX_BODY_BYTES = 262_144;
const MAX_IN_FLIGHT_BYTES = 64 * 1024 * 1024;

const config = { ADMIN_HOST: '127.0.0.1', ADMIN_PORT: 0, LOG_LEVEL: 'info' };
await runService({ name: 'ceiling', config }, async ({ log, metrics }) => {
  const parsed = parseSecret(process.env['SECRET'] ?? '');
  if (!parsed.ok) throw new Error(parsed.fault);
  const sources = new Map([['default', staticSource('default', [parsed.key])]]);
  const encode = createEncoder(new Map(RECORDS.map((name, index) => [name, index + 1])));
  const acknowledged = Promise.resolve();
  return createIngress({
    host: '127.0.0.1',
    port: Number(process.env['PORT']),
    maxBodyBytes: MAX_BODY_BYTES,
    maxInFlightBytes: MAX_IN_FLIGHT_BYTES,
    trustedProxies: { includes: () => false, toJSON: () => [] },
    tls: null,
    sources: () => sources,
    topic: 'none',
    encoder: () => encode,
    producer: {
      publish: () => acknowledged,
      close: () => acknowledged,
      inFlightBytes: 0,
      status: () => ({ ok: true, detail: 'no Kafka' }),
    },
    events: createIngressEvents(log, metrics),
    now: Date.now,
    random: Math.random,
  });
});
