import type { RecordTypes, Route } from '@gemini-events/schemas';
import type { Classification, ReadBody } from './classify.ts';
import { cloudEventHeaders, HEADER } from './headers.ts';

/** A delivery whose signature was verified. */
export interface VerifiedDelivery {
  readonly webhookId: string;
  /** Header strings as received: a later reader can check the signature again. */
  readonly webhookTimestamp: string;
  readonly webhookSignature: string;
  readonly source: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly scheme: 'v1' | 'v1a' | 'jwt' | 'synthetic';
  readonly trust: 'project' | 'tagged' | 'unproven';
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly rawBody: Uint8Array;
  /** Lower-case hex of the first 16 bytes of SHA-256 over the raw body. */
  readonly bodyDigest: string;
  /** What repeats are found by where the signature does not cover the webhook-id; null: the id. */
  readonly dedupKey: string | null;
  /** W3C trace context. */
  readonly traceparent: string;
}

/** The record that is to be published, not yet encoded: one variant per Avro record. */
export type ComposedValue = {
  [Name in
    | 'BatchEvent'
    | 'InteractionEvent'
    | 'VideoEvent'
    | 'UnknownEvent'
    | 'QuarantinedDelivery']: {
    readonly name: Name;
    readonly value: RecordTypes[Name];
  };
}['BatchEvent' | 'InteractionEvent' | 'VideoEvent' | 'UnknownEvent' | 'QuarantinedDelivery'];

export interface ComposedRecord {
  readonly key: string;
  readonly route: Route;
  readonly content: ComposedValue;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Composes the final record of a delivery: key, headers and Avro value. The ingress writes it once
 * to the delivery topic; dedup copies its bytes unopened ("written once, opened late").
 */
export function composeRecord(
  delivery: VerifiedDelivery,
  classification: Classification,
): ComposedRecord {
  const content = composeValue(delivery, classification);
  const resourceId = classification.kind === 'quarantine' ? null : classification.body.resourceId;
  const route = classification.kind === 'event' ? classification.family : classification.kind;
  const type =
    classification.kind === 'quarantine' ? classification.type : classification.body.type;
  const occurredAt = classification.kind === 'quarantine' ? null : classification.body.occurredAt;
  const headers: Record<string, string> = {
    [HEADER.webhookId]: delivery.webhookId,
    [HEADER.webhookTimestamp]: delivery.webhookTimestamp,
    [HEADER.webhookSignature]: delivery.webhookSignature,
    [HEADER.source]: delivery.source,
    [HEADER.scheme]: delivery.scheme,
    [HEADER.route]: route,
    [HEADER.bodyDigest]: delivery.bodyDigest,
    [HEADER.traceparent]: delivery.traceparent,
    ...cloudEventHeaders({
      eventId: delivery.webhookId,
      source: delivery.source,
      type: type ?? 'quarantined',
      subject: resourceId,
      time: occurredAt ?? delivery.receivedAt,
    }),
  };
  if (delivery.dedupKey !== null) headers[HEADER.dedupKey] = delivery.dedupKey;
  if (classification.kind === 'quarantine') headers[HEADER.reason] = classification.reason;
  return { key: resourceId ?? delivery.webhookId, route, content, headers };
}

function composeValue(delivery: VerifiedDelivery, classified: Classification): ComposedValue {
  if (classified.kind === 'quarantine') {
    const { webhookId, source, labels, receivedAt, scheme, trust, rawBody } = delivery;
    return {
      name: 'QuarantinedDelivery',
      value: {
        event_id: webhookId,
        source,
        labels,
        received_at: receivedAt,
        scheme,
        trust,
        reason: classified.reason,
        type: classified.type,
        body: rawBody,
      },
    };
  }
  const { body } = classified;
  const common = commonFields(delivery, body);
  if (classified.kind === 'unknown') {
    return { name: 'UnknownEvent', value: { ...common, resource_id: body.resourceId } };
  }
  const base = { ...common, resource_id: classified.resourceId };
  const failure = { error_code: body.errorCode, error_message: body.errorMessage };
  const output_file_uri = body.outputFileUri;
  switch (classified.family) {
    case 'batch':
      return { name: 'BatchEvent', value: { ...base, output_file_uri, ...failure } };
    case 'interaction':
      return { name: 'InteractionEvent', value: { ...base, ...failure } };
    case 'video':
      return { name: 'VideoEvent', value: { ...base, output_file_uri, file_name: body.fileName } };
  }
}

function commonFields(delivery: VerifiedDelivery, body: ReadBody) {
  return {
    event_id: delivery.webhookId,
    type: body.type,
    source: delivery.source,
    labels: delivery.labels,
    occurred_at: body.occurredAt ?? delivery.receivedAt,
    received_at: delivery.receivedAt,
    scheme: delivery.scheme,
    trust: delivery.trust,
    user_metadata: body.userMetadata,
    payload: body.payload,
  };
}
