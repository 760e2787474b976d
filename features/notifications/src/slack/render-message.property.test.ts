import type { SlackMessage } from '@gemini-events/slack';
import { findSlackFaults } from '@gemini-events/slack/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { NotifiableEvent } from '../notifiable-event.ts';
import { type Planned, planNotifications } from '../rules/plan-notifications.ts';
import type { Rule } from '../rules/rule.ts';
import { hostileEvent } from '../testing/hostile.ts';
import { makeRule } from '../testing/make-rule.ts';

const VALUE = '{{metadata.a}}';
const link = 'https://jobs.example.com/{{resource_id}}?by={{metadata.b}}';
const mrkdwn = { type: 'mrkdwn', text: `*${VALUE}* {{error.message}}` };
const plain = { type: 'plain_text', text: `${VALUE} {{labels.team}}` };
const BLOCKS = [
  { type: 'header', text: plain },
  {
    type: 'section',
    text: { type: 'mrkdwn', text: `<{{link}}|${VALUE}>` },
    fields: [mrkdwn, plain],
  },
  { type: 'context', elements: [mrkdwn, plain] },
  { type: 'divider' },
  {
    type: 'actions',
    elements: [
      { type: 'button', text: plain, url: '{{link}}', value: VALUE, action_id: 'open' },
      { type: 'button', text: plain, url: VALUE },
    ],
  },
];
const recovered = { types: ['video.generated'] };
const RULES = {
  plain: { slack: { channel: 'ops' } },
  paired: { when: { types: ['batch', 'unknown'] }, recovered, slack: { channel: 'bot', link } },
  blocks: { slack: { channel: 'ops', link, blocks: BLOCKS } },
  'blocks without a link': { slack: { channel: 'ops', blocks: BLOCKS, text: VALUE } },
};

function messageOf(rule: Rule, event: NotifiableEvent): SlackMessage {
  const isSlack = (each: Planned) => each.kind === 'slack';
  const [planned] = planNotifications([rule], event).filter(isSlack);
  if (planned === undefined) throw new Error('nothing was planned');
  return planned.render({ failedAt: event.occurred_at - 5_000 });
}

/** Texts that Slack reads as mrkdwn: there, and only there, a mention would be one. */
function mrkdwnOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Readonly<Record<string, unknown>>;
  if (fields['type'] !== 'mrkdwn') return Object.values(fields).flatMap(mrkdwnOf);
  // Else Slack itself would look for @here in it.
  expect(fields['verbatim']).toBe(true);
  return [String(fields['text'])];
}

it.each(Object.entries(RULES))(
  'whatever an event says, Slack takes the message of a rule and nobody is called: %s',
  (_, definition) => {
    const rule = makeRule(definition);
    fc.assert(
      fc.property(hostileEvent, (event) => {
        const message = messageOf(rule, event);
        expect(findSlackFaults(message)).toEqual([]);
        for (const text of [message.text, ...mrkdwnOf(message.blocks)]) {
          expect(text).not.toMatch(/<[!@#]/);
          // All that is left of & are the three entities.
          expect(text.replace(/&(?:amp|lt|gt);/g, '')).not.toContain('&');
          expect(text.isWellFormed()).toBe(true);
        }
      }),
    );
  },
);

it('a mention that the rule itself makes stays one', () => {
  const rule = makeRule({ slack: { channel: 'ops', text: '<!here> {{type}}' } });
  fc.assert(
    fc.property(hostileEvent, (event) => {
      expect(messageOf(rule, event).text).toBe(`<!here> ${event.type}`);
    }),
  );
});
