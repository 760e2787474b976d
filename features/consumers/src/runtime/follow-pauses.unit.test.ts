import { expect, it } from 'vitest';
import type { Pause } from '../store/pauses/pauses.ts';
import { createManualClock } from '../testing/manual-clock.ts';
import { followPauses, pausedBy } from './follow-pauses.ts';
import type { Paused } from './pause-gate.ts';

const pauseOf = (partition: number | null, at = 1): Pause => ({
  consumer: 'tested',
  partition,
  actor: 'ann',
  reason: null,
  at,
});

it('takes a pause of all for more than those of partitions', () => {
  expect(pausedBy([])).toEqual(new Set());
  expect(pausedBy([pauseOf(1), pauseOf(4)])).toEqual(new Set([1, 4]));
  expect(pausedBy([pauseOf(1), pauseOf(null)])).toBe('all');
});

it('tells each change once, and keeps what it knows while nothing can be read', async () => {
  const clock = createManualClock();
  const over = new AbortController();
  const told: string[] = [];
  const set: Paused[] = [];
  let answer: readonly Pause[] | Error = [];
  const following = followPauses([pauseOf(2)], {
    async list() {
      if (answer instanceof Error) throw answer;
      return answer;
    },
    setPaused: (paused) => set.push(paused),
    onChange: ({ partition }, isPaused) => told.push(`${partition} ${isPaused}`),
    onFailure: () => told.push('failure'),
    clock,
    signal: over.signal,
  });
  const look = async (next: readonly Pause[] | Error): Promise<void> => {
    answer = next;
    clock.advance(2_000);
    await new Promise(setImmediate);
  };
  expect(told).toEqual(['2 true']);
  await look(new Error('no database'));
  await look([pauseOf(2)]);
  expect({ told, set }).toEqual({ told: ['2 true', 'failure'], set: [] });
  await look([pauseOf(null), pauseOf(2)]);
  // Resumed and paused anew between two looks.
  await look([pauseOf(null, 5)]);
  expect(set).toEqual(['all', 'all']);
  expect(told.slice(2)).toEqual(['null true', 'null false', '2 false', 'null true']);
  over.abort();
  await following;
});
