import { deadLetterRecord, type OriginalRecord } from '@gemini-events/consumer';
import { LANE_HEADER } from '@gemini-events/events';
import type { ProducerRecord } from '@gemini-events/kafka/producer';
import type { Letter } from '../engine/run-workflow.ts';

/** Header of a dead letter that names the run that failed. */
const RUN_HEADER = 'gemini-run';

/** A record as it is kept with a run. */
export function letterOf({
  topic,
  partition,
  offset,
  timestamp,
  key,
  value,
  headers,
}: OriginalRecord): Letter {
  return {
    topic,
    partition,
    offset: String(offset),
    timestamp,
    key: key === null ? null : Buffer.from(key).toString('base64'),
    value: value === null ? null : value.toString('base64'),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, each]) => [name, each.toString()]),
    ),
  };
}

/** The run that a dead letter is of; null: it is of no run, but of the event as such. */
export function failedRunOf({ headers }: Pick<OriginalRecord, 'headers'>): string | null {
  return headers[RUN_HEADER]?.toString() ?? null;
}

/** The dead letter of a run: its event as it was, and why the run failed. */
export function buriedRecord(
  letter: Letter,
  why: {
    readonly topic: string;
    readonly runId: string;
    readonly code: string;
    readonly message: string;
    readonly redrives: number;
    /** Milliseconds since 1970. */
    readonly at: number;
  },
): ProducerRecord {
  const record = deadLetterRecord(
    {
      topic: letter.topic,
      partition: letter.partition,
      offset: BigInt(letter.offset),
      timestamp: letter.timestamp,
      key: letter.key === null ? null : Buffer.from(letter.key, 'base64'),
      value: letter.value === null ? null : Buffer.from(letter.value, 'base64'),
      headers: Object.fromEntries(
        Object.entries(letter.headers).map(([name, each]) => [name, Buffer.from(each)]),
      ),
    },
    {
      topic: why.topic,
      consumer: 'agent',
      code: why.code,
      message: why.message,
      attempts: 1,
      firstFailureAt: why.at,
      lastFailureAt: why.at,
    },
  );
  // The record is that of the first time: how often it came back is known of the run alone.
  const redriven = why.redrives > 0 ? { [LANE_HEADER.redriveCount]: String(why.redrives) } : {};
  const ofRun = { [RUN_HEADER]: why.runId, ...redriven };
  return { ...record, headers: { ...record.headers, ...ofRun } };
}
