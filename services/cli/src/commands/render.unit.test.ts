import { expect, it } from 'vitest';
import { renderSchemaChange } from './schemas.ts';
import { isSettled } from './start/run-watch.ts';
import { renderTopicAction } from './topics.ts';

it.each([
  [{ topic: 't', action: 'unchanged' }, '= t'],
  [
    { topic: 't', action: 'create', partitions: 12, config: { 'retention.ms': '5' } },
    '+ t  12 partitions, retention.ms=5',
  ],
  [
    {
      topic: 't',
      action: 'change',
      partitions: 14,
      config: { a: { from: null, to: '1' }, b: { from: '2', to: '3' } },
    },
    '~ t  partitions → 14, a: (default) → 1, b: 2 → 3',
  ],
  [
    { topic: 't', action: 'refuse', declared: 12, found: 6 },
    '! t  has 6 partitions, declared are 12: may not be changed',
  ],
] as const)('a topic action is one line that says all: %o', (action, line) => {
  expect(renderTopicAction(action)).toBe(line);
});

it('a schema is shown with its id once it has one', () => {
  const change = { subject: 's', record: 'Result' } as const;
  expect(renderSchemaChange({ ...change, change: 'unchanged', id: 3 })).toBe('= s  id 3');
  expect(renderSchemaChange({ ...change, change: 'register', id: null })).toBe('+ s');
});

it('a run is through only when nothing of it is on its way any more', () => {
  const snapshot = { done: true, delivered: 12, accepted: 10, refused: 2 };
  const counts = { ...snapshot, duplicates: 2, quarantined: 1, events: 7, results: 5 };
  const bridge = { decided: 10, settled: 7, toSettle: 7 };
  expect(isSettled(snapshot, counts, bridge)).toBe(true);
  expect(isSettled({ ...snapshot, done: false }, counts, bridge)).toBe(false);
  expect(isSettled(snapshot, { ...counts, events: 6 }, bridge)).toBe(false);
  expect(isSettled(snapshot, counts, { ...bridge, decided: 9 })).toBe(false);
  expect(isSettled(snapshot, counts, { ...bridge, settled: 6 })).toBe(false);
});
