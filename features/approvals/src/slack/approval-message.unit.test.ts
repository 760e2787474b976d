import { describe, expect, it } from 'vitest';
import { approvalMessage, decidedMessage } from './approval-message.ts';

const ASKED = {
  id: 'ap_1',
  runId: 'run-1',
  workflow: 'research-report',
  resourceId: 'interactions/i1',
  title: 'Spend 12 USD & go on?',
  evidence: JSON.stringify({ cost: 12, model: 'a<b>' }),
  choices: [
    { name: 'approve', label: 'Approve', approves: true },
    { name: 'reject', label: 'Reject', approves: false },
  ],
  approvers: ['slack:U1', 'cli:anna@host'],
  defaultChoice: null,
  expiresAt: Date.UTC(2026, 10, 26, 12),
};
const DECIDED = {
  ...ASKED,
  state: 'approved',
  choice: 'approve',
  actor: 'slack:U1',
  reason: 'worth it\n*Rejected*',
  decidedAt: Date.UTC(2026, 10, 26, 11, 5),
} as const;

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });
const head = [
  { type: 'header', text: plain('Spend 12 USD & go on?') },
  { type: 'section', fields: [mrkdwn('*cost*\n12'), mrkdwn('*model*\na&lt;b&gt;')] },
];
const run = mrkdwn('research-report · run run-1 · interactions/i1');

describe('a message that asks', () => {
  it('tells what a decision rests on, who may and until when, and has a button for each choice', () => {
    const button = (name: string, label: string, style: string) => ({
      type: 'button',
      action_id: `choice:${name}`,
      value: 'ap_1',
      style,
      text: plain(label),
      confirm: {
        title: plain('Decide this?'),
        text: plain(`${label}: Spend 12 USD & go on?`),
        confirm: plain(label),
        deny: plain('Not now'),
        style,
      },
    });
    expect(approvalMessage(ASKED)).toEqual({
      text: 'Approval: Spend 12 USD &amp; go on?',
      blocks: [
        ...head,
        {
          type: 'context',
          elements: [
            mrkdwn('May decide: <@U1>, cli:anna@host'),
            mrkdwn('Until 2026-11-26 12:00 UTC, then it counts as rejected'),
            run,
          ],
        },
        {
          type: 'actions',
          block_id: 'ap_1',
          elements: [button('approve', 'Approve', 'primary'), button('reject', 'Reject', 'danger')],
        },
      ],
    });
  });

  it('says whether anybody may, and what counts when nobody decides', () => {
    const text = (more: object) => JSON.stringify(approvalMessage({ ...ASKED, ...more }).blocks);
    expect(text({ approvers: null })).toContain('Whoever sees this');
    expect(text({ approvers: [] })).toContain('May decide: nobody');
    expect(text({ defaultChoice: 'approve' })).toContain('then *Approve* counts');
    expect(text({ approvers: ['slack:U1> <!here'] })).not.toContain('<!here');
  });

  it('shows a long title whole, below its beginning', () => {
    const title = 'x'.repeat(200);
    const { blocks } = approvalMessage({ ...ASKED, title });
    expect(blocks.slice(0, 2)).toEqual([
      { type: 'header', text: plain(`${'x'.repeat(149)}…`) },
      { type: 'section', text: mrkdwn(title) },
    ]);
  });

  it('quotes long texts line by line, shows what is nested as code, and counts what is too much', () => {
    const long = `first\n${'y'.repeat(300)}`;
    const shown = (evidence: object) =>
      approvalMessage({ ...ASKED, evidence: JSON.stringify(evidence) }).blocks.slice(1, -2);
    expect(shown({ a: long, b: { c: ['```<'] }, d: null })).toEqual([
      { type: 'section', fields: [mrkdwn('*d*\nnull')] },
      { type: 'section', text: mrkdwn(`*a*\n>first\n>${'y'.repeat(300)}`) },
      {
        type: 'section',
        text: mrkdwn('*b*\n```\n{\n  "c": [\n    "`\u200b``&lt;"\n  ]\n}\n```'),
      },
    ]);
    const many = Object.fromEntries(Array.from({ length: 23 }, (_, at) => [`n${at}`, at]));
    const [first, second, rest] = shown(many) as [
      { fields: unknown[] },
      { fields: unknown[] },
      object,
    ];
    expect([first.fields.length, second.fields.length]).toEqual([10, 10]);
    expect(rest).toEqual({ type: 'section', text: mrkdwn('_and 3 more_') });
    expect(shown({})).toEqual([]);
  });

  it('shows evidence that is no JSON any more, as it was shortened, as code', () => {
    const { blocks } = approvalMessage({ ...ASKED, evidence: '{"cost":1…' });
    expect(blocks[1]).toEqual({ type: 'section', text: mrkdwn('```\n{"cost":1…\n```') });
  });
});

describe('a message once it is over', () => {
  it('is the same without buttons and with who decided what, when and why', () => {
    expect(decidedMessage(DECIDED)).toEqual({
      text: 'Spend 12 USD &amp; go on?: :white_check_mark: *Approve* by <@U1>, 2026-11-26 11:05 UTC',
      blocks: [
        ...head,
        {
          type: 'section',
          text: mrkdwn(
            ':white_check_mark: *Approve* by <@U1>, 2026-11-26 11:05 UTC\n>worth it\n>*Rejected*',
          ),
        },
        { type: 'context', elements: [run] },
      ],
    });
  });

  it.each([
    [{ state: 'rejected', choice: 'reject', actor: 'cli:a' }, ':x: *Reject* by cli:a'],
    [{ state: 'expired', choice: 'approve', actor: null }, '12:00 UTC: *Approve* counts'],
    [{ state: 'expired', choice: null, actor: null }, '12:00 UTC: it counts as rejected'],
    [{ state: 'requested', choice: null, actor: null }, 'Nobody decided until'],
    [{ state: 'cancelled', choice: null, actor: null }, 'its run was cancelled'],
    [{ choice: 'gone' }, '*gone* by'],
  ] as const)('says what became of it: %o', (how, expected) => {
    expect(decidedMessage({ ...DECIDED, ...how }).text).toContain(expected);
  });
});
