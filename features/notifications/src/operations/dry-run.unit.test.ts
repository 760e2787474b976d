import { describe, expect, it } from 'vitest';
import type { NotifiableEvent } from '../notifiable-event.ts';
import { readRulesFile } from '../rules/read-rules-file.ts';
import { dryRun } from './dry-run.ts';
import type { PastEvent } from './read-events.ts';

const { rules } = readRulesFile(
  'rules.yaml',
  () => `
slack: { ops: { webhook_url: 'https://hooks.slack.com/x' } }
rules:
  paired:
    when: { types: [batch.failed] }
    recovered: { types: [batch.succeeded] }
    slack: { channel: ops }
    webhooks: { owner: acme }
  same-owner: { when: { types: [batch.failed] }, webhooks: { owner: acme } }
  idle: { when: { types: [video] }, webhooks: { owner: acme } }
`,
);

function at(receivedAt: number, type = 'batch.failed'): PastEvent {
  const event: NotifiableEvent = {
    event_id: `msg-${receivedAt}`,
    type,
    source: 'jobs',
    labels: {},
    resource_id: 'batches/b1',
    occurred_at: receivedAt,
    user_metadata: {},
  };
  return { receivedAt, event };
}

async function* inOrder(...events: readonly PastEvent[]): AsyncGenerator<PastEvent, void> {
  yield* events;
}

describe('a dry run', () => {
  it('tells an owner once of an event, and names rules that took nothing', async () => {
    const run = await dryRun(rules, inOrder(at(1)), 10);
    expect(run.told.map(({ rule, to }) => [rule, to])).toEqual([
      ['paired', 'slack:ops'],
      ['paired', 'owner acme'],
    ]);
    expect(run).toMatchObject({ events: 1, idle: ['idle'], isCut: false });
    expect([...run.byRule]).toEqual([
      ['paired', 2],
      ['same-owner', 0],
      ['idle', 0],
    ]);
  });

  it('tells of a recovery at every place, once, and of none without a failure', async () => {
    const good = 'batch.succeeded';
    const run = await dryRun(rules, inOrder(at(3, good), at(4, good), at(2), at(1, good)), 20);
    const recovered = run.told.filter(({ turn }) => turn === 'recovered');
    expect(recovered.map(({ eventId, to }) => [eventId, to])).toEqual([
      ['msg-3', 'slack:ops'],
      ['msg-3', 'owner acme'],
    ]);
  });

  it('keeps the oldest where there are too many, and says so', async () => {
    const events = Array.from({ length: 50 }, (_, index) => at(50 - index));
    const run = await dryRun(rules, inOrder(...events), 6);
    expect(run).toMatchObject({ events: 50, isCut: true });
    expect([...new Set(run.told.map(({ eventId }) => eventId))]).toEqual(['msg-1', 'msg-2']);
  });
});
