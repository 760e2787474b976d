/** Copies of ranges of topics, exactly once. */
export type { CopyProgress, CopyRange, Select, Selected } from './copy-options.ts';
export { copyRecords, endCopy } from './copy-records.ts';
export { type Portion, scanRanges } from './scan-ranges.ts';
