import { HEADER, namesIn } from '@gemini-events/events';
import {
  EVENT_COLUMNS,
  headerOf,
  PLACE_COLUMNS,
  type Projection,
  placeOf,
  type Row,
  type SourceRecord,
  type Table,
} from '@gemini-events/read-model';

const deliveries = {
  topic: 'deliveries',
  columns: {
    ...PLACE_COLUMNS,
    ...EVENT_COLUMNS,
    delivered_at: 'ms',
    route: 'text',
    scheme: 'text',
  },
  key: ['partition', 'record_offset'],
  repeated: 'keep',
  kept: 'delivered_at',
} as const satisfies Table;

/** Each delivery, as its headers tell it: values are not looked at. */
export const deliveryProjection: Projection<typeof deliveries> = {
  table: deliveries,
  rowsOf: (records) => records.filter(({ kind }) => kind === 'deliveries').map(deliveryRow),
};

function deliveryRow(record: SourceRecord): Row<typeof deliveries> {
  const header = headerOf(record);
  const { eventId, resource, ...names } = namesIn(header, record.key);
  return {
    ...placeOf(record),
    ...names,
    event_id: eventId,
    resource_id: resource,
    delivered_at: record.timestamp,
    route: header(HEADER.route),
    scheme: header(HEADER.scheme),
  };
}
