import { expect, it } from 'vitest';
import { startAt } from './start-position.ts';

const log = { begin: 10, end: 20 };

it.each([
  { what: 'nothing is committed', committed: null, position: 10, gap: null },
  { what: 'an offset in the log is committed', committed: 15, position: 15, gap: null },
  { what: 'all is committed', committed: 20, position: 20, gap: null },
  { what: 'retention was faster', committed: 4, position: 10, gap: { from: 4, to: 10 } },
  { what: 'the log was made anew', committed: 21, position: 10, gap: { from: 21, to: 10 } },
])('where $what it begins at $position', ({ committed, position, gap }) => {
  expect(startAt(committed, log)).toEqual({ position, gap });
});
