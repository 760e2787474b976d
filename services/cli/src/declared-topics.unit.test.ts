import { TOPICS } from '@gemini-events/schemas';
import { expect, it } from 'vitest';
import { declaredTopics } from './declared-topics.ts';

const own = TOPICS.map(({ name }) => name);

it('each consumer has a topic for its dead letters and one for its replay', () => {
  const names = declaredTopics(['audit-log', 'tally']).map(({ name }) => name);
  expect(names).toEqual([...own, 'dlq.audit-log', 'replay.audit-log', 'dlq.tally', 'replay.tally']);
});

it('topics that are listed anyway, and consumers that are named twice, are applied once', () => {
  expect(own).toContain('dlq.results');
  const names = declaredTopics(['results', 'tally', 'tally']).map(({ name }) => name);
  expect(names).toEqual([...own, 'dlq.tally', 'replay.tally']);
});
