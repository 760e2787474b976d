import type { KeyObject } from 'node:crypto';
import { signV1 } from '@gemini-events/webhooks';
import type { Random } from '../../chaos/random.ts';

/** Bodies in the spellings that the API documents, in turns. */
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
    type: 'video.generated',
    data: {
      id: `models/veo-3.1-generate-preview/operations/${job}`,
      output_file_uri: `https://generativelanguage.googleapis.com/v1beta/files/${job}:download?alt=media`,
      file_name: `files/${job}`,
    },
  }),
  (job) => ({
    type: 'batch.failed',
    data: {
      id: `batches/${job}`,
      error_code: 'INVALID_ARGUMENT',
      error_message: 'Line 3 of the input file is not a valid JSON object.',
    },
  }),
];

/** A signature is good for 300 s; it is made anew well before. */
const SIGNED_FOR_SECONDS = 200;
/** Repeats come from this many deliveries before. */
const REPEAT_REACH = 1_000;
const HOUR_MS = 3_600_000;

interface Prebuilt {
  readonly id: string;
  readonly body: Buffer;
  signedAt: number;
  request: Buffer;
}

/**
 * Whole HTTP requests, signed before they are needed: the next one costs a look-up. A share of them
 * is sent again; after the last one it begins anew.
 */
export function prebuildRequests(options: {
  readonly count: number;
  readonly repeatShare: number;
  readonly path: string;
  readonly key: KeyObject;
  readonly random: Random;
}): () => Buffer {
  const { count, repeatShare, path, key, random } = options;
  const run = random.int(0, 0xffff_ffff).toString(36);
  const sign = (id: string, body: Buffer, now: number): Buffer => {
    const timestamp = String(now);
    const signature = signV1(key, { webhookId: id, timestamp, rawBody: body });
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Google-Webhooks/1.0\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nwebhook-id: ${id}\r\nwebhook-timestamp: ${timestamp}\r\nwebhook-signature: ${signature}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head, 'latin1'), body]);
  };
  const now = (): number => Math.floor(Date.now() / 1_000);
  const pastHour = (): string => new Date(Date.now() - random.int(0, HOUR_MS)).toISOString();
  const prebuilt = Array.from({ length: count }, (_, index): Prebuilt => {
    const job = `${run}${index.toString(36).padStart(8, '0')}`;
    const make = BODIES[index % BODIES.length] as (typeof BODIES)[number];
    const { type, ...rest } = make(job) as { type: string };
    const envelope = { type, version: 'v1', timestamp: pastHour(), ...rest };
    const body = Buffer.from(JSON.stringify(envelope));
    const id = `msg_${job}`;
    return { id, body, signedAt: now(), request: sign(id, body, now()) };
  });
  let at = -1;
  return () => {
    const repeats = at > REPEAT_REACH && random.int(0, 999) < repeatShare * 1_000;
    if (!repeats) at += 1;
    const index = repeats ? at - random.int(0, REPEAT_REACH) : at;
    const each = prebuilt[index % count] as Prebuilt;
    const seconds = now();
    if (seconds - each.signedAt > SIGNED_FOR_SECONDS) {
      each.request = sign(each.id, each.body, seconds);
      each.signedAt = seconds;
    }
    return each.request;
  };
}
