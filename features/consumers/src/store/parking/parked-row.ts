import { hash } from 'node:crypto';
import { fromText, toText } from '@gemini-events/postgres';
import type { NewParked, Parked } from './parking.ts';

/** A row of the table as `pg` gives it. */
export interface ParkedRow {
  readonly sequence: string;
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly record_offset: string;
  readonly record_time: number;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Buffer | null;
  readonly due_ms: number;
  readonly attempts: number;
  readonly failure_code: string | null;
  readonly failure_message: string | null;
  readonly failed_ms: number | null;
  readonly first_failed_ms: number | null;
}

const MS = (time: string): string => `(extract(epoch from ${time}) * 1000)::double precision`;

/** What a {@link ParkedRow} needs of a row `p`. */
export const PARKED_COLUMNS = `p.sequence, p.consumer, p.topic, p.partition, p.record_offset,
  p.record_time, p.key, p.headers, p.value, p.attempts, p.failure_code, p.failure_message,
  ${MS('p.due_at')} as due_ms, ${MS('p.failed_at')} as failed_ms,
  ${MS('p.first_failed_at')} as first_failed_ms`;

export function toParked(row: ParkedRow): Parked {
  const headers = Object.entries(row.headers).map(([name, value]) => {
    return [fromText(name), Buffer.from(value, 'base64')] as const;
  });
  return {
    consumer: row.consumer,
    sequence: BigInt(row.sequence),
    record: {
      topic: row.topic,
      partition: row.partition,
      offset: BigInt(row.record_offset),
      timestamp: row.record_time,
      key: fromText(row.key),
      value: row.value,
      headers: Object.fromEntries(headers),
    },
    dueAt: row.due_ms,
    attempts: row.attempts,
    failure:
      row.failure_code === null
        ? null
        : {
            code: fromText(row.failure_code),
            message: fromText(row.failure_message ?? ''),
            at: row.failed_ms ?? 0,
          },
    firstFailureAt: row.first_failed_ms,
  };
}

/** Two keys that share it do not occur. */
export function hashOfKey(key: string): Buffer {
  return hash('sha256', key, 'buffer').subarray(0, 16);
}

/** The columns of an insertion, each an array over all records. */
export function columnsOf(records: readonly NewParked[]): readonly (readonly unknown[])[] {
  const column = (of: (parked: NewParked) => unknown): readonly unknown[] => records.map(of);
  return [
    column(({ record }) => record.topic),
    column(({ record }) => record.partition),
    column(({ record }) => record.offset),
    column(({ record }) => record.timestamp),
    column(({ record }) => toText(record.key)),
    column(({ record }) => hashOfKey(record.key)),
    column(({ record }) => headersOf(record.headers)),
    column(({ record }) => record.value),
    column(({ dueAt }) => dueAt),
    column(({ attempts }) => attempts),
    column(({ failure }) => failure && toText(failure.code)),
    column(({ failure }) => failure && toText(failure.message)),
    column(({ failure }) => failure && failure.at),
  ];
}

function headersOf(headers: Readonly<Record<string, Buffer>>): string {
  const entries = Object.entries(headers).map(([name, value]) => {
    return [toText(name), value.toString('base64')] as const;
  });
  return JSON.stringify(Object.fromEntries(entries));
}
