import { isoTime } from './iso-time.ts';

/** Names of the record headers that this project writes and reads. */
export const HEADER = {
  webhookId: 'webhook-id',
  webhookTimestamp: 'webhook-timestamp',
  webhookSignature: 'webhook-signature',
  source: 'gemini-source',
  scheme: 'gemini-scheme',
  route: 'gemini-route',
  bodyDigest: 'gemini-body-digest',
  dedupKey: 'gemini-dedup-key',
  reason: 'reason',
  traceparent: 'traceparent',
} as const;

/** What a record of a private lane has beside them: a replay or a redrive writes it, the runtime reads it. */
export const LANE_HEADER = {
  replayId: 'replay-id',
  effects: 'gemini-effects',
  topic: 'replay-topic',
  partition: 'replay-partition',
  offset: 'replay-offset',
  redriveCount: 'redrive-count',
} as const;

const CE_SOURCE_BASE = '//generativelanguage.googleapis.com/webhooks/';

/** CloudEvents 1.0 attributes in binary mode (Kafka protocol binding): `ce_*` headers. */
export function cloudEventHeaders(event: {
  readonly eventId: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | null;
  readonly time: number;
}): Record<string, string> {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: event.eventId,
    ce_source: CE_SOURCE_BASE + event.source,
    ce_type: event.type,
    ce_time: isoTime(event.time),
    'content-type': 'application/avro',
  };
  if (event.subject !== null) headers['ce_subject'] = event.subject;
  return headers;
}
