import type { SlackMessage } from '@gemini-events/slack';
import { findSlackFaults } from '@gemini-events/slack/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type AskedApproval, approvalMessage, decidedMessage } from './approval-message.ts';

const SIGNS = ['<!channel>', '<@U1>', '&lt;', '<', '&', '@here', '```', '`', '\n', '\u202e', '\0'];
/** Texts as somebody would choose them who means no good, or whom chance helps. */
const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6_000, size: 'max' }),
  fc.string(),
  fc
    .array(fc.oneof(fc.constantFrom(...SIGNS), fc.string({ maxLength: 4 })))
    .map((all) => all.join('')),
  fc.tuple(fc.constantFrom(...SIGNS), fc.nat(6_000)).map(([sign, times]) => sign.repeat(times)),
);

const choice = fc.record({
  name: fc.stringMatching(/^[a-z0-9-]{1,40}$/),
  label: hostileText,
  approves: fc.boolean(),
});
const value = fc.oneof(hostileText, fc.integer(), fc.constant(null), fc.array(hostileText));
const evidence = fc.oneof(
  fc.dictionary(hostileText, value, { maxKeys: 40 }).map((all) => JSON.stringify(all)),
  hostileText.map((text) => JSON.stringify([text])),
  hostileText,
  hostileText.map((text) => JSON.stringify({ text }).slice(0, -3)),
);
const asked: fc.Arbitrary<AskedApproval> = fc.record({
  id: fc.stringMatching(/^[a-z0-9_]{1,255}$/),
  runId: hostileText,
  workflow: hostileText,
  resourceId: fc.option(hostileText),
  title: hostileText,
  evidence,
  choices: fc.uniqueArray(choice, { maxLength: 30, selector: ({ name }) => name }),
  approvers: fc.option(fc.array(hostileText)),
  defaultChoice: fc.option(fc.constant('no')),
  expiresAt: fc.constant(Date.UTC(2026, 10, 26, 12)),
});
const decided = fc
  .tuple(
    asked,
    fc.record({
      state: fc.constantFrom('requested', 'approved', 'rejected', 'expired', 'cancelled'),
      choice: fc.option(hostileText),
      actor: fc.option(hostileText),
      reason: fc.option(hostileText),
      decidedAt: fc.option(fc.constant(Date.UTC(2026, 10, 26, 11))),
    }),
  )
  .map(([approval, how]) => ({ ...approval, ...how }));

interface Part {
  readonly type?: unknown;
  readonly text?: string;
  readonly verbatim?: unknown;
  readonly confirm?: Readonly<Record<string, Part>>;
}

/** All objects in the blocks. */
function partsOf(value: unknown): Part[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(partsOf)];
}

/** What somebody could do by mrkdwn that is not ours: a mention, a link, a block of code. */
function mrkdwnFaults(text: string): string[] {
  const faults: string[] = [];
  if (text.includes('<')) faults.push(`has < in ${text}`);
  // All that is left of & are the three entities.
  if (text.replaceAll(/&(?:amp|lt|gt);/g, '').includes('&')) faults.push(`has & in ${text}`);
  // A block of code is begun and ended by us alone.
  if (![0, 2].includes(text.split('```').length - 1)) faults.push(`has open code in ${text}`);
  return faults;
}

/** Slack's limits of a confirmation. */
const CONFIRM = { title: 100, text: 300, confirm: 30, deny: 30 };

function faultsOf(message: SlackMessage): string[] {
  const faults = [...findSlackFaults(message), ...mrkdwnFaults(message.text)];
  for (const { type, text, verbatim, confirm = {} } of partsOf(message.blocks)) {
    if (type === 'mrkdwn' || type === 'plain_text') {
      const shown = String(text);
      if (shown.trim() === '') faults.push('empty text');
      if (!shown.isWellFormed() || /[\u202a-\u202e]/.test(shown)) faults.push(`is odd: ${shown}`);
      if (type === 'mrkdwn') faults.push(...mrkdwnFaults(shown));
      if (type === 'mrkdwn' && verbatim !== true) faults.push(`is not verbatim: ${shown}`);
    }
    for (const [part, most] of Object.entries(CONFIRM)) {
      const { length } = confirm[part]?.text ?? '';
      if (length > most) faults.push(`${part} of a confirmation has ${length} characters`);
    }
  }
  return faults;
}

it('whatever is asked, Slack takes the message, and nobody is called and nothing linked', () => {
  fc.assert(
    fc.property(asked, (approval) => {
      expect(faultsOf(approvalMessage(approval))).toEqual([]);
    }),
  );
});

it('whatever was decided, Slack takes the message, and nobody is called and nothing linked', () => {
  fc.assert(
    fc.property(decided, (approval) => {
      expect(faultsOf(decidedMessage(approval))).toEqual([]);
    }),
  );
});
