import { HEADER } from '@gemini-events/events';
import type { Job } from './job.ts';

/** The trace of the delivery that an event came from, as W3C trace context; null where it has none. */
export function traceParentOf({ record }: Pick<Job, 'record'>): string | null {
  return record.headers[HEADER.traceparent]?.toString() ?? null;
}

/** Its trace id, for log lines. */
export function traceIdOf(job: Pick<Job, 'record'>): string | null {
  return traceParentOf(job)?.split('-')[1] ?? null;
}
