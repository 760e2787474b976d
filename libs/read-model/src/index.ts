export { joinParts, type Moment, type TimelineQuestion } from './moment.ts';
export { lastOfEach, type Projection } from './projection.ts';
export { headerOf, placeOf, type SourceKind, type SourceRecord } from './source-record.ts';
export { EVENT_COLUMNS, PLACE_COLUMNS, type Row, type Table } from './table.ts';
