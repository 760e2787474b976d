import { cloudEventHeaders, HEADER } from '@gemini-events/events';
import type { ProducerRecord } from '@gemini-events/kafka/producer';
import type { ProcessingStatus } from '@gemini-events/schemas';
import type { Job } from '../runtime/job.ts';
import type { ProcessingState, StatusDetail } from '../runtime/ports.ts';

/** Where a consumer stands with an event, as the processing topic holds it. */
export function processingStatus(
  { event, record }: Job & { readonly event: NonNullable<Job['event']> },
  state: ProcessingState,
  detail: StatusDetail,
  by: { readonly consumer: string; readonly instance: string; readonly at: number },
): ProcessingStatus {
  return {
    event_id: event.event_id,
    type: event.type,
    source: event.source,
    resource_id: event.resource_id,
    consumer: by.consumer,
    state,
    attempt: detail.attempt,
    reason: detail.reason,
    error_code: detail.errorCode,
    due_at: detail.dueAt,
    progress_done: detail.progress?.done ?? null,
    progress_total: detail.progress?.total ?? null,
    progress_unit: detail.progress?.unit ?? null,
    at: by.at,
    instance: by.instance,
    topic: record.topic,
    partition: record.partition,
    offset: Number(record.offset),
  };
}

/** The record of it; key and trace are the event's, so both stand in the same partition number and trace. */
export function processingRecord(
  status: ProcessingStatus,
  to: {
    readonly topic: string;
    readonly key: string;
    readonly value: Buffer;
    readonly traceparent: string | null;
  },
): ProducerRecord {
  const { traceparent, ...record } = to;
  return {
    ...record,
    headers: {
      ...(traceparent === null ? {} : { [HEADER.traceparent]: traceparent }),
      [HEADER.webhookId]: status.event_id,
      [HEADER.source]: status.source,
      ...cloudEventHeaders({
        eventId: status.event_id,
        source: status.source,
        type: `gemini.processing.${status.state}`,
        subject: status.resource_id,
        time: status.at,
      }),
    },
  };
}
