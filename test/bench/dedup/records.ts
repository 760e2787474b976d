import { hash } from 'node:crypto';
import { createEncoder } from '@gemini-events/kafka/codec';
import type { ProducerRecord } from '@gemini-events/kafka/producer';
import type { RecordName } from '@gemini-events/schemas';
import { classify, composeRecord } from '../../../libs/events/src/index.ts';

export const SOURCE = 'default';
/** Of a run; one name is enough, as topics are new in each round. */
const RUN = 'bench';
const FIRST_EVENT_MS = Date.UTC(2026, 10, 24);
const DIGEST_CHARS = 32;
const RECORDS: readonly RecordName[] = ['BatchEvent', 'InteractionEvent', 'VideoEvent'];

/** Bodies as the API documents them, in turns. */
const BODIES: readonly ((job: string) => object)[] = [
  (job) => ({
    type: 'batch.succeeded',
    data: { id: `batches/${job}`, output_file_uri: `files/batch-${job}` },
  }),
  (job) => ({
    type: 'interaction.completed',
    data: { id: `v1_${job}` },
    user_metadata: { team: 'search', run: `nightly-${job}` },
  }),
  (job) => ({
    type: 'batch.failed',
    data: {
      id: `batches/${job}`,
      error_code: 'INVALID_ARGUMENT',
      error_message: 'Line 3 is not JSON.',
    },
  }),
  (job) => ({
    type: 'video.generated',
    data: { id: `models/veo-3.1/operations/${job}`, file_name: `files/${job}` },
  }),
];

/** The webhook-id of a number; Records.java reads the number from its last eight characters. */
function webhookIdOf(number: number): string {
  return `msg_${RUN}${number.toString(36).padStart(8, '0')}`;
}

/**
 * Makes the record of a number as the ingress writes it: composed and encoded by the same code, with all
 * its headers. Made again it is a repeat: same id, key, body and digest, received later.
 */
export function createRecords(): (number: number) => Omit<ProducerRecord, 'topic'> {
  const encode = createEncoder(new Map(RECORDS.map((name, index) => [name, index + 1])));
  return (number) => {
    const webhookId = webhookIdOf(number);
    const make = BODIES[number % BODIES.length] as (typeof BODIES)[number];
    const { type, ...rest } = make(webhookId.slice(4)) as { type: string };
    const timestamp = new Date(FIRST_EVENT_MS + number).toISOString();
    const rawBody = Buffer.from(JSON.stringify({ type, version: 'v1', timestamp, ...rest }));
    const digest = hash('sha256', rawBody, 'buffer');
    const hex = digest.toString('hex');
    const receivedAt = Date.now();
    const { key, content, headers } = composeRecord(
      {
        webhookId,
        webhookTimestamp: String(Math.floor(receivedAt / 1_000)),
        // Nobody checks it behind the ingress; its length is right.
        webhookSignature: `v1,${digest.toString('base64')}`,
        source: SOURCE,
        labels: {},
        scheme: 'v1',
        trust: 'project',
        receivedAt,
        rawBody,
        bodyDigest: hex.slice(0, DIGEST_CHARS),
        dedupKey: null,
        traceparent: `00-${hex.slice(0, 32)}-${hex.slice(32, 48)}-01`,
      },
      classify(rawBody),
    );
    return { key, value: encode(content), headers };
  };
}
