import { batchSucceeded, testConsumer } from '@gemini-events/consumer/testing';

import { expect, it } from 'vitest';
import { readRule } from '../rules/read-rule.ts';
import type { NewMessage } from '../store/outbox.ts';
import { createNotifierConsumer } from './consumer.ts';

const rule = readRule(
  'search',
  {
    when: { types: ['batch'], labels: { team: 'search' } },
    webhooks: { owner: 'acme' },
  },
  new Map(),
);

function bench(labels: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  const told: NewMessage[] = [];
  const consumer = createNotifierConsumer({
    rules: () => [rule],
    pair: async () => null,
    links: null,
    jobLabels: async (id) => labels[id] ?? {},
    add: async (messages) => void told.push(...messages),
    events: { queued: () => undefined },
    now: () => 0,
  });
  return { told, bench: testConsumer(consumer) };
}

it('routes by the labels that a job was launched with, which a static webhook does not bring', async () => {
  const { told, bench: on } = bench({ 'batches/ours': { team: 'search' } });
  await on.deliver(
    batchSucceeded({ resource_id: 'batches/ours' }),
    batchSucceeded({ resource_id: 'batches/other' }),
  );
  expect(told.map(({ resourceId }) => resourceId)).toEqual(['batches/ours']);
});

it('still routes by the labels of the source, and those of the job come before them', async () => {
  const { told, bench: on } = bench({ 'batches/b2': { team: 'ads' } });
  await on.deliver(
    batchSucceeded({ resource_id: 'batches/b1', labels: { team: 'search' } }),
    batchSucceeded({ resource_id: 'batches/b2', labels: { team: 'search' } }),
  );
  expect(told.map(({ resourceId }) => resourceId)).toEqual(['batches/b1']);
});
