import { describe, expect, it } from 'vitest';
import { makeEvent } from '../testing/make-event.ts';
import { makeRule } from '../testing/make-rule.ts';
import { planNotifications } from './plan-notifications.ts';

const PAIRED = { when: { types: ['batch.failed'] }, recovered: { types: ['batch.succeeded'] } };
const customer = { webhooks: { owner: '{{metadata.customer}}' } };

describe('what is planned', () => {
  it('is nothing where no rule takes the event', () => {
    const rule = makeRule({ when: { types: ['video'] }, slack: { channel: 'ops' } });
    expect(planNotifications([rule], makeEvent())).toEqual([]);
  });

  it('goes to Slack and to an owner where a rule says both', () => {
    const webhooks = { owner: '{{metadata.customer}}', metadata: ['order'], link_hours: 2 };
    const rule = makeRule({ slack: { channel: 'ops' }, webhooks });
    expect(planNotifications([rule], makeEvent())).toMatchObject([
      { kind: 'slack', channel: 'ops', rule: 'rule', turn: 'plain', pairKey: null, thread: null },
      { kind: 'webhook', owner: 'acme', exposeMetadata: ['order'], linkTtlMs: 7_200_000 },
    ]);
  });

  it.each(['', ' acme', 'a b', '-acme', '<!channel>', 'a'.repeat(129), 'acme\nother'])(
    'leaves out an owner that nobody can be: %j',
    (name) => {
      const event = makeEvent({ user_metadata: { customer: name } });
      expect(planNotifications([makeRule(customer)], event)).toEqual([]);
    },
  );

  it('pairs by the job, or by the key of the rule where it says anything', () => {
    const keyOf = (key: string | undefined, type = 'batch.failed') =>
      planNotifications(
        [
          makeRule({
            ...PAIRED,
            recovered: { ...PAIRED.recovered, key },
            slack: { channel: 'ops' },
          }),
        ],
        makeEvent({ type }),
      ).map(({ turn, pairKey }) => [turn, pairKey]);
    expect(keyOf(undefined)).toEqual([['failed', 'batches/b1']]);
    expect(keyOf('{{source}}/{{metadata.customer}}')).toEqual([['failed', 'jobs/acme']]);
    expect(keyOf('{{source}}', 'batch.succeeded')).toEqual([['recovered', 'jobs']]);
    expect(keyOf('{{metadata.none}}')).toEqual([['failed', 'batches/b1']]);
  });

  it.each([
    ['the job, where a bot posts', { channel: 'bot' }, 'batches/b1'],
    ['none, where the rule says so', { channel: 'bot', thread: 'none' }, null],
    ['what is paired', { channel: 'bot', thread: 'pair' }, 'jobs'],
    ['none, by an incoming webhook', { channel: 'ops' }, null],
  ])('stands in the thread of %s', (_, slack, thread) => {
    const recovered = { ...PAIRED.recovered, key: '{{source}}' };
    const rule = makeRule({ ...PAIRED, recovered, slack });
    expect(planNotifications([rule], makeEvent())).toMatchObject([{ thread }]);
  });

  it('tells of a recovery since when it had failed, in the text for it', () => {
    const recovered = { ...PAIRED.recovered, text: 'well after {{failed_for}}' };
    const rule = makeRule({ ...PAIRED, recovered, slack: { channel: 'ops', text: 'broken' } });
    const at = makeEvent().occurred_at;
    const said = (type: string, failedForMs: number) =>
      planNotifications([rule], makeEvent({ type })).map(
        (each) => each.kind === 'slack' && each.render({ failedAt: at - failedForMs }).text,
      );
    expect(said('batch.failed', 0)).toEqual(['broken']);
    expect(said('batch.succeeded', 45_000)).toEqual(['well after 45 s']);
    expect(said('batch.succeeded', 7_500_000)).toEqual(['well after 2 h 5 min']);
    expect(said('batch.succeeded', -5)).toEqual(['well after 0 s']);
  });
});
