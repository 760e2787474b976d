import { canonicalType } from '@gemini-events/events';
import {
  EVENT_COLUMNS,
  PLACE_COLUMNS,
  type Projection,
  placeOf,
  type Row,
  type SourceRecord,
  type Table,
} from '@gemini-events/read-model';

const events = {
  topic: 'events.batch',
  columns: {
    ...PLACE_COLUMNS,
    ...EVENT_COLUMNS,
    occurred_at: 'ms',
    received_at: 'ms',
    topic: 'text',
    scheme: 'text',
    trust: 'text',
    labels: 'json',
    user_metadata: 'json',
    output_file_uri: 'text',
    error_code: 'text',
    error_message: 'text',
  },
  key: ['event_id', 'source', 'resource_id'],
  repeated: 'keep',
  kept: 'received_at',
} as const satisfies Table;

/** Each visible event. */
export const eventProjection: Projection<typeof events> = {
  table: events,
  rowsOf: (records) =>
    records.flatMap((record) => {
      const row = record.kind === 'events' ? eventRow(record) : null;
      return row === null ? [] : [row];
    }),
};

function eventRow(record: SourceRecord): Row<typeof events> | null {
  const { decoded, topic } = record;
  if (
    decoded?.name !== 'BatchEvent' &&
    decoded?.name !== 'InteractionEvent' &&
    decoded?.name !== 'VideoEvent' &&
    decoded?.name !== 'UnknownEvent'
  ) {
    return null;
  }
  const { value } = decoded;
  return {
    ...placeOf(record),
    source: value.source,
    event_id: value.event_id,
    resource_id: value.resource_id ?? '',
    type: canonicalType(value.type) ?? value.type,
    occurred_at: value.occurred_at,
    received_at: value.received_at,
    topic,
    scheme: value.scheme,
    trust: value.trust,
    labels: JSON.stringify(value.labels),
    user_metadata: JSON.stringify(value.user_metadata),
    output_file_uri: 'output_file_uri' in value ? value.output_file_uri : null,
    error_code: 'error_code' in value ? value.error_code : null,
    error_message: 'error_message' in value ? value.error_message : null,
  };
}
