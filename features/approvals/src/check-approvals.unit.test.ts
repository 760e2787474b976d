import { expect, it } from 'vitest';
import type { Approval } from './approval.ts';
import { checkApprovals } from './check-approvals.ts';
import type { Approvals } from './store/approvals.ts';

const DAY_MS = 24 * 3_600_000;
const NOW = 100 * DAY_MS;

/** Approvals that were asked so long ago, the newest first. */
const asked = (...agesMs: readonly number[]): Pick<Approvals, 'list'> => ({
  list: async ({ state, before, limit }) =>
    agesMs
      .map((age) => ({ requestedAt: NOW - age }) as Approval)
      .filter(
        ({ requestedAt }) => state === 'requested' && requestedAt < (before?.requestedAt ?? 0),
      )
      .slice(0, limit),
});

it('warns of approvals that nobody has decided for more than a day', async () => {
  expect(await checkApprovals(asked(1, DAY_MS + 1, 2 * DAY_MS), NOW)).toMatchObject([
    {
      state: 'warn',
      detail: '2 open for more than a day, the oldest since 1970-04-09T00:00:00.000Z',
    },
  ]);
});

it('is content with younger ones, and counts no further than it has to', async () => {
  expect(await checkApprovals(asked(1, DAY_MS), NOW)).toMatchObject([{ state: 'ok' }]);
  const many = Array.from({ length: 300 }, () => 3 * DAY_MS);
  expect(await checkApprovals(asked(...many), NOW)).toMatchObject([
    { state: 'warn', detail: 'more than 100 open for more than a day' },
  ]);
});
