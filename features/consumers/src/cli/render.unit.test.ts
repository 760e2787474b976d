import { expect, it } from 'vitest';
import { renderChange, renderStandings } from './render.ts';

const NONE = { members: 0, lag: 0, rate: null, parked: 0, pauses: [] };

it('shows one line for each consumer, with its pauses', () => {
  const pause = { partition: 3, actor: 'ann@wiki', reason: 'the store is full', at: 0 };
  const text = renderStandings([
    { ...NONE, consumer: 'audit-log' },
    { consumer: 'results', members: 2, lag: 12_345, rate: 0, parked: 7, pauses: [pause] },
    { consumer: 'stuck', members: 1, lag: 5, rate: 0, parked: 0, pauses: [] },
    { consumer: 'works', members: 1, lag: 5, rate: 1_200.4, parked: 0, pauses: [] },
  ]);
  expect(text).toBe(
    [
      'consumer   members    lag          rate  parked  paused',
      'audit-log        0      0                     0  no',
      'results          2  12345           0/s       7  partition 3 by ann@wiki since 1970-01-01T00:00:00.000Z: the store is full',
      'stuck            1      5  stands still       0  no',
      'works            1      5        1200/s       0  no',
    ].join('\n'),
  );
  expect(renderStandings([])).toBe('no consumers');
});

it.each([
  ['pause', true, false, null, [null], 'results: paused'],
  ['pause', true, true, 3, [3], 'results, partition 3: would be paused'],
  ['pause', false, false, 3, [3], 'results, partition 3: nothing to pause'],
  ['resume', true, false, null, [], 'results: resumed'],
  [
    'resume',
    true,
    false,
    3,
    [null, 4],
    'results, partition 3: resumed; still paused: all, partition 4',
  ],
] as const)(
  'says what became of %s (changed %s, dry run %s)',
  (action, changed, dryRun, partition, paused, text) => {
    expect(renderChange({ action, consumer: 'results', partition, changed, dryRun, paused })).toBe(
      text,
    );
  },
);
