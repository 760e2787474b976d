import { HEADER } from '@gemini-events/events';
import type { OutputRecord } from '@gemini-events/kafka/processor';
import { encodePayload, RawRecord } from '@gemini-events/kafka/wire';
import type { Route } from '@gemini-events/schemas';
import { createDedupLogic, type DedupOptions } from '../dedup-logic.ts';
import { noOutcomes, type Outcomes } from '../outcomes.ts';

export const HOUR_MS = 3_600_000;
export const DIGEST = 'ab'.repeat(16);
export const OTHER_DIGEST = 'cd'.repeat(16);

/** Topics that are named as their routes. */
const TOPICS: Readonly<Record<Route, string>> = {
  batch: 'batch',
  interaction: 'interaction',
  video: 'video',
  unknown: 'unknown',
  quarantine: 'quarantine',
};

type Headers = Readonly<Record<string, string | undefined>>;

/** A delivery of a batch event as the ingress writes it; a header that is undefined is left out. */
export function delivery(id: string, headers: Headers = {}, timestamp = HOUR_MS): RawRecord {
  const all = {
    [HEADER.webhookId]: id,
    [HEADER.source]: 'default',
    [HEADER.scheme]: 'v1',
    [HEADER.route]: 'batch',
    [HEADER.bodyDigest]: DIGEST,
    ...headers,
  };
  const given = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [[Buffer.from(name), Buffer.from(value)] as const],
  );
  const payload = encodePayload({ key: Buffer.from('k'), value: Buffer.from(id), headers: given });
  return RawRecord.of(payload, 0, timestamp);
}

/** Headers of what a delivery says about its resource. */
export function about(resource: string, type = 'batch.succeeded'): Headers {
  return { ce_type: type, ce_subject: resource };
}

/** One partition's logic, and what it has counted so far. */
export function startLogic(options: Partial<DedupOptions> = {}) {
  const counts: Outcomes = noOutcomes();
  const logic = createDedupLogic({
    windowMs: 48 * HOUR_MS,
    key: 'webhook-id',
    topics: TOPICS,
    count: (more) => {
      for (const name of Object.keys(counts) as (keyof Outcomes)[]) counts[name] += more[name];
    },
    ...options,
  });
  /** One committed transaction: topic and webhook-id of each record that came out. */
  const commit = (...records: readonly RawRecord[]): string[] => {
    const { output } = logic.process(records);
    logic.commit();
    return output.map(shown);
  };
  return { logic, counts, commit };
}

/** A record of the output as a reader gets it. */
export function readBack({ payload, timestamp }: OutputRecord): RawRecord {
  return RawRecord.of(payload, 0, timestamp);
}

/** The texts of a header, one for each time it occurs. */
export function headerOf(record: RawRecord, name: string): string[] {
  return record
    .headers()
    .flatMap(([each, value]) => (each.toString() === name ? [String(value)] : []));
}

/** `topic:webhook-id`, and behind it the reason of the quarantine. */
export function shown(output: OutputRecord): string {
  const record = readBack(output);
  return [output.topic, String(record.value), ...headerOf(record, HEADER.reason)].join(':');
}
