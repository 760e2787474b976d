import { expect, it } from 'vitest';
import { renderChange, renderStandings } from './render.ts';

const NONE = { members: 0, lag: 0, parked: 0, pauses: [] };

it('shows one line for each consumer, with its pauses', () => {
  const pause = { partition: 3, actor: 'ann@wiki', reason: 'the store is full', at: 0 };
  const text = renderStandings([
    { ...NONE, consumer: 'audit-log' },
    { consumer: 'results', members: 2, lag: 12_345, parked: 7, pauses: [pause] },
  ]);
  expect(text).toBe(
    [
      'consumer   members    lag  parked  paused',
      'audit-log        0      0       0  no',
      'results          2  12345       7  partition 3 by ann@wiki since 1970-01-01T00:00:00.000Z: the store is full',
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
