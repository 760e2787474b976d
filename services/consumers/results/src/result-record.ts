import { cloudEventHeaders, HEADER } from '@gemini-events/events';
import type { ProducerRecord } from '@gemini-events/kafka';
import type { Result } from '@gemini-events/schemas';
import type { ResultEvent } from './plan-output.ts';
import type { StoredOutput } from './store/output-store.ts';

/** The record that announces a stored output; its key is the event's. */
export function resultRecord(
  event: ResultEvent,
  output: StoredOutput,
  to: { readonly topic: string; readonly encode: (result: Result) => Buffer },
): ProducerRecord {
  const value = to.encode({
    event_id: event.event_id,
    type: event.type,
    source: event.source,
    resource_id: event.resource_id,
    object_uri: output.uri,
    content_type: output.contentType,
    size_bytes: output.sizeBytes,
    sha256: output.sha256,
    stored_at: output.storedAt,
  });
  return {
    topic: to.topic,
    key: event.resource_id,
    value,
    headers: {
      [HEADER.webhookId]: event.event_id,
      [HEADER.source]: event.source,
      ...cloudEventHeaders({
        eventId: event.event_id,
        source: event.source,
        type: 'gemini.result.stored',
        subject: event.resource_id,
        time: output.storedAt,
      }),
    },
  };
}
