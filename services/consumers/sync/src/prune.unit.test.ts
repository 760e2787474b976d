import { TABLE_NAMES } from '@gemini-events/job-status';
import { expect, it } from 'vitest';
import { keptSince } from './prune.ts';

const DAY_MS = 24 * 3_600_000;

it('rows are kept as long as their topic keeps its records, and those of a compacted one for ever', () => {
  const since = keptSince(100 * DAY_MS);
  expect(since).toMatchObject({ deliveries: 93 * DAY_MS, lanes: 70 * DAY_MS, audit: 10 * DAY_MS });
  expect(TABLE_NAMES.filter((table) => !(table in since))).toEqual([
    'launched_jobs',
    'asked_approvals',
  ]);
});
