import { HEADER, LANE_HEADER } from './headers.ts';

/** What a dead letter says of itself by its headers; its value need not be read, and may be anything. */
export interface DeadLetter {
  readonly eventId: string;
  readonly type: string;
  readonly source: string;
  readonly resource: string;
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly firstFailureAt: number;
  readonly lastFailureAt: number;
  /** How often it was redriven before. */
  readonly redrives: number;
  /** Where the event stood. */
  readonly origin: { readonly topic: string; readonly partition: number; readonly offset: number };
}

/** @param header text of the header with a name, empty where there is none */
export function readDeadLetter(record: {
  readonly header: (name: string) => string;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}): DeadLetter {
  const { header, key, timestamp } = record;
  const number = (name: string): number => Math.trunc(Number(header(name))) || 0;
  const time = (name: string): number => Date.parse(header(name)) || timestamp;
  return {
    ...namesIn(header, key),
    code: header('dlq-error-code') || 'ERR_UNEXPECTED',
    message: header('dlq-error-message'),
    attempts: number('dlq-attempts'),
    firstFailureAt: time('dlq-first-failure'),
    lastFailureAt: time('dlq-last-failure'),
    redrives: number(LANE_HEADER.redriveCount),
    origin: {
      topic: header('dlq-topic'),
      partition: number('dlq-partition'),
      offset: number('dlq-offset'),
    },
  };
}

/** What a record is about, as far as its headers tell, which all records of the bridge have. */
export function namesIn(
  header: (name: string) => string,
  key: string,
): Pick<DeadLetter, 'eventId' | 'type' | 'source' | 'resource'> {
  return {
    eventId: header('ce_id') || header(HEADER.webhookId),
    type: header('ce_type'),
    source: header(HEADER.source),
    resource: header('ce_subject') || key,
  };
}
