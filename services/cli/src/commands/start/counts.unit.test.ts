import { describe, expect, it } from 'vitest';
import { findFaults, type RunCounts } from './counts.ts';

const good: RunCounts = {
  delivered: 100,
  accepted: 80,
  refused: 20,
  duplicates: 15,
  quarantined: 5,
  events: 60,
  results: 40,
};

describe('the counts of a run', () => {
  it('add up when every attempt and every accepted delivery is accounted for', () => {
    expect(findFaults(good)).toEqual([]);
  });

  it.each([
    ['an attempt is missing', { delivered: 101 }],
    ['an event is lost', { events: 59 }],
    ['an event comes twice', { events: 61 }],
    ['nothing was refused', { refused: 0, delivered: 80 }],
    ['no repeat was dropped', { duplicates: 0, events: 75 }],
    ['nothing was stored', { results: 0 }],
    ['more was stored than happened', { results: 61 }],
  ])('do not add up when %s', (_, wrong) => {
    expect(findFaults({ ...good, ...wrong })).toHaveLength(1);
  });
});
