import { HEADER, LANE_HEADER } from '../../libs/events/src/headers.ts';

/** Meaning of each header that `HEADER` names; a new one has to be described here. */
const NOTES: Readonly<Record<keyof typeof HEADER, string>> = {
  webhookId: 'Id of the event, the same for each of its deliveries.',
  webhookTimestamp: 'Header of the delivery as received: seconds since 1970.',
  webhookSignature:
    'Header of the delivery as received, so that it can be checked again; of a JWT only `sha256,` and its digest, for a token is a credential.',
  source: 'Name of the ingress source: `default` for `/webhooks/gemini`.',
  scheme:
    'How the delivery was signed: `v1`, `v1a`, `jwt`; `synthetic` where the bridge itself made it up.',
  route: 'Where dedup sends the record: `batch`, `interaction`, `video`, `unknown`, `quarantine`.',
  bodyDigest: 'First 16 bytes of the SHA-256 of the raw body, lower-case hex.',
  dedupKey:
    'Takes the place of the webhook-id in dedup: the body digest of a delivery whose signature (JWT) does not cover the id.',
  traceparent: "W3C trace context: the sender's trace, or a new one.",
  reason: 'On quarantined records only: [why](quarantine.md).',
};

/** Headers of deliveries, events and quarantined records, by name. */
export const DELIVERY_HEADERS: readonly (readonly [name: string, note: string])[] = [
  ...(Object.keys(NOTES) as (keyof typeof HEADER)[]).map(
    (key) => [HEADER[key], NOTES[key]] as const,
  ),
  ['ce_specversion', 'CloudEvents in binary mode: `1.0`.'],
  ['ce_id', 'The webhook-id.'],
  ['ce_source', '`//generativelanguage.googleapis.com/webhooks/<source>`.'],
  ['ce_type', "The event's type; `quarantined` where none could be read."],
  ['ce_subject', 'The resource id, where there is one.'],
  ['ce_time', "The event's own time, else that of its receipt; RFC 3339."],
  ['content-type', '`application/avro`.'],
];

/** What a dead letter has beside the headers of its event. */
export const DEAD_LETTER_HEADERS: readonly (readonly [name: string, note: string])[] = [
  ['dlq-topic', 'Topic of the event.'],
  ['dlq-partition', 'Its partition.'],
  ['dlq-offset', 'Its offset.'],
  ['dlq-timestamp', 'Its record time; RFC 3339.'],
  ['dlq-consumer', 'Name of the consumer that gave up.'],
  ['dlq-attempts', 'How often it was tried.'],
  ['dlq-first-failure', 'When it first failed; RFC 3339.'],
  ['dlq-last-failure', 'When it last failed; RFC 3339.'],
  ['dlq-error-code', '[Code](errors.md) of the last failure.'],
  ['dlq-error-message', 'Text of the last failure, cut at 500 characters.'],
];

const LANE_NOTES: Readonly<Record<keyof typeof LANE_HEADER, string>> = {
  replayId: 'The replay or redrive, as `replay ls` has it.',
  effects: '`skip`: what is done is left alone; `again`: it is done once more.',
  topic: 'Topic that it was copied from.',
  partition: 'Its partition there.',
  offset: 'Its offset there.',
  redriveCount:
    'Of a redrive in place of the last three: how often it was redriven, this time included.',
};

/** What a record of a private lane has beside the headers of its event. */
export const REPLAY_HEADERS: readonly (readonly [name: string, note: string])[] = (
  Object.keys(LANE_NOTES) as (keyof typeof LANE_HEADER)[]
).map((key) => [LANE_HEADER[key], LANE_NOTES[key]] as const);
