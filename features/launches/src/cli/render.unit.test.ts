import { expect, it } from 'vitest';
import type { Launch } from '../store/launches.ts';
import { renderJobs } from './render.ts';
import { renderJob } from './render-job.ts';

const CREATED: Launch = {
  key: 'report-1',
  kind: 'batch',
  digest: 'ab12',
  caller: 'me',
  model: 'gemini-x',
  owner: 'acme',
  labels: { team: 'search', stage: 'test' },
  route: 'reports',
  budgetUsd: 1.5,
  previousId: null,
  runId: 'orders/default/int-1',
  state: 'created',
  calls: 2,
  resourceId: 'batches/b1',
  error: null,
  begunAt: 0,
  ageMs: 5_000,
  settledAt: 1_000,
  announcedAt: 2_000,
};
const REFUSED: Launch = {
  ...CREATED,
  key: 'report-2\n',
  state: 'refused',
  resourceId: null,
  error: { code: 'ERR_GEMINI_PERMISSION', message: 'no' },
  model: null,
  owner: null,
  labels: {},
  route: null,
  budgetUsd: null,
  runId: null,
  calls: 1,
  announcedAt: null,
};

it('a list of paid calls has a line for each, and says why one was refused', () => {
  expect(renderJobs([CREATED, REFUSED])).toBe(
    [
      'begun                     key        kind   state                           job         calls  model     owner',
      '1970-01-01T00:00:00.000Z  report-1   batch  created                         batches/b1      2  gemini-x  acme',
      '1970-01-01T00:00:00.000Z  report-2   batch  refused, ERR_GEMINI_PERMISSION  -               1  -         -',
    ].join('\n'),
  );
  expect(renderJobs([])).toBe('no jobs');
});

it('a paid call is shown with all that the ledger knows', () => {
  expect(renderJob(CREATED)).toBe(
    [
      'key        report-1',
      'kind       batch',
      'model      gemini-x',
      'state      created',
      'job        batches/b1',
      'owner      acme',
      'labels     team=search, stage=test',
      'route      reports',
      'budget     1.5 USD',
      'run        orders/default/int-1',
      'calls      2',
      'request    SHA-256 ab12',
      'caller     me',
      'begun      1970-01-01T00:00:00.000Z',
      'settled    1970-01-01T00:00:01.000Z',
      'announced  1970-01-01T00:00:02.000Z',
    ].join('\n'),
  );
  expect(renderJob(REFUSED)).toMatch(/^error {4}ERR_GEMINI_PERMISSION: no$/m);
  expect(renderJob(REFUSED)).not.toContain('announced');
});
