import { cloudEventHeaders, HEADER } from '@gemini-events/events';
import type { ProducerRecord } from '@gemini-events/kafka/producer';
import type { Manifest } from '@gemini-events/objects';
import type { Result } from '@gemini-events/schemas';
import type { ResultEvent } from './plan-output.ts';

/** The record that announces how an output ended; its key is the event's. */
export function resultRecord(
  event: ResultEvent,
  manifest: Manifest,
  to: {
    readonly topic: string;
    readonly encode: (result: Result) => Buffer;
    /** Of the manifest. */
    readonly uri: string;
  },
): ProducerRecord {
  const { parts, rows, error, status, storedAt } = manifest;
  const [output] = parts;
  const value = to.encode({
    event_id: event.event_id,
    type: event.type,
    source: event.source,
    resource_id: event.resource_id,
    object_uri: output?.uri ?? '',
    content_type: output?.contentType ?? '',
    size_bytes: output?.sizeBytes ?? 0,
    sha256: output?.sha256 ?? '',
    stored_at: storedAt,
    status,
    part_count: parts.length,
    manifest_uri: to.uri,
    row_count: rows?.rows ?? null,
    failed_row_count: rows?.failed ?? null,
    usage: manifest.usage,
    model: manifest.model,
    error_code: error?.code ?? null,
    error_message: error?.message ?? null,
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
        type: parts.length === 0 ? `gemini.result.${status}` : 'gemini.result.stored',
        subject: event.resource_id,
        time: storedAt,
      }),
    },
  };
}
