export { makeRows } from './make-rows.ts';
export { kindOf, needsValue, type SourceKind, type SourceRecord } from './row-source.ts';
