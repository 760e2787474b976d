/** Topics without a group: portions, whole topics, and offsets. */
export { type Cursor, type FetchedPortion, fetchPortions } from './fetch-portions.ts';
export { beginOffsets, logOffsets, stableOffsets } from './offsets.ts';
export { readCommitted } from './read-committed.ts';
export { readToEnd } from './read-to-end.ts';
