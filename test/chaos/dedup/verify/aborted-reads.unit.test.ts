import { describe, expect, it } from 'vitest';
import type { SeenRecord } from '../read-all.ts';
import { checkAbortedReads } from './aborted-reads.ts';

const record = (place: string, webhookId: string): SeenRecord => ({
  place,
  webhookId,
  key: 'k',
  bodyDigest: 'd',
  reason: '',
});
/** `a` was aborted at 0 and committed at 1. */
const [aborted, committed, other] = [record('0', 'a'), record('1', 'a'), record('2', 'b')];
const good = {
  log: { committed: new Set(['1', '2']), aborted: new Set(['0']), open: new Set<string>() },
  uncommitted: [aborted, committed, other],
  live: [committed, other],
  after: [committed, other],
};
const faults = (change: Partial<typeof good>): string =>
  checkAbortedReads({ ...good, ...change }).faults.join('; ');

describe('the aborted-read check', () => {
  it('is content when only the committed copy was seen, and counts what was aborted', () => {
    expect(checkAbortedReads(good)).toEqual({ aborted: 1, ids: 1, mostCopies: 2, faults: [] });
  });

  it.each([
    [
      'a reader saw an aborted value while it happened',
      { live: good.uncommitted },
      'seen by the read_committed reader during',
    ],
    [
      'a reader sees an aborted value afterwards',
      { after: good.uncommitted },
      'seen by the read_committed reader after',
    ],
    [
      'a committed value is hidden',
      { after: [other] },
      'not seen by the read_committed reader after',
    ],
    ['the read_uncommitted reader shows nothing', { uncommitted: [committed, other] }, 'either'],
    [
      'an aborted value was resurrected',
      { log: { ...good.log, committed: new Set(['0', '1', '2']), aborted: new Set(['0']) } },
      'not exactly one committed copy',
    ],
    [
      'an aborted value never came out',
      { log: { ...good.log, committed: new Set(['2']) } },
      'not exactly one committed copy',
    ],
    [
      'a transaction was never ended',
      { log: { ...good.log, open: new Set(['3']) } },
      'never ended',
    ],
  ])('finds that %s', (_, change, said) => {
    expect(faults(change)).toContain(said);
  });
});
