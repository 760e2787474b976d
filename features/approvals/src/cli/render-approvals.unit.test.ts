import { describe, expect, it } from 'vitest';
import type { Approval } from '../approval.ts';
import { refusalOf } from './answer.ts';
import { renderApproval, renderApprovals, sayOutcome } from './render-approvals.ts';

const OPEN: Approval = {
  id: 'ap_1',
  runId: 'orders/1',
  workflow: 'orders',
  source: 'default',
  resourceId: 'interactions/i1',
  title: 'Refund\u001b[2J 12 USD?',
  evidence: '{"order":"o-1","why":"\u202ebroken"}',
  choices: [
    { name: 'approve', label: 'Approve', approves: true },
    { name: 'reject', label: 'Reject', approves: false },
  ],
  approvers: ['slack:U1', 'cli:anna@host'],
  defaultChoice: null,
  state: 'requested',
  choice: null,
  actor: null,
  via: null,
  reason: null,
  requestedAt: Date.UTC(2026, 10, 26, 12),
  expiresAt: Date.UTC(2026, 10, 27, 12),
  decidedAt: null,
};
const DECIDED: Approval = {
  ...OPEN,
  state: 'rejected',
  choice: 'reject',
  actor: 'slack:U1',
  via: 'slack',
  reason: 'too\ndear',
  decidedAt: Date.UTC(2026, 10, 26, 13),
};
const OUTCOME = 'rejected with reject by slack:U1 (slack) at 2026-11-26T13:00:00.000Z: too dear';

describe('approvals', () => {
  it('are a line each, and nothing of a title moves the terminal', () => {
    expect(renderApprovals([])).toBe('no approvals');
    const [head, line] = renderApprovals([OPEN]).split('\n');
    expect(head).toMatch(/^id +state +asked/);
    expect(line).toContain('approve|reject');
    expect(line).toContain('Refund [2J 12 USD?');
  });

  it('are shown with all that a decision rests on, and with each attempt', () => {
    const line = {
      id: '1',
      approvalId: 'ap_1',
      at: DECIDED.decidedAt ?? 0,
      action: 'decide',
      actor: 'slack:U1',
      via: 'slack',
      choice: 'reject',
      outcome: 'taken',
      reason: 'too\ndear',
      announcedAt: null,
    } as const;
    expect(renderApproval(DECIDED, [line])).toBe(`ap_1
  title   Refund [2J 12 USD?
  run     orders/1 of orders, source default
  job     interactions/i1
  choice  approve: Approve, which approves
  choice  reject: Reject, which rejects
  may     slack:U1, cli:anna@host
  asked   2026-11-26T12:00:00.000Z
  until   2026-11-27T12:00:00.000Z, then it counts as rejected
  state   ${OUTCOME}
  evidence
    {
      "order": "o-1",
      "why": " broken"
    }

time                      what    by        via    choice  outcome  why
2026-11-26T13:00:00.000Z  decide  slack:U1  slack  reject  taken    too dear`);
    expect(renderApproval({ ...OPEN, evidence: '{"cut…', approvers: null }, [])).toContain(
      'may     whoever gets that far',
    );
  });

  it.each([
    [DECIDED, OUTCOME],
    [OPEN, 'over since 2026-11-27T12:00:00.000Z: nobody decided, it counts as rejected'],
    [{ ...DECIDED, state: 'expired' }, 'nobody decided, reject counts'],
    [{ ...DECIDED, state: 'cancelled', reason: null }, 'cancelled with its run at 2026-11-26'],
  ] as const)('say who decided what and when: %#', (approval, expected) => {
    expect(sayOutcome(approval)).toContain(expected);
  });
});

describe('a decision that does not count', () => {
  it.each([
    [{ kind: 'too_late', approval: DECIDED }, 'ERR_APPROVAL_CLOSED', OUTCOME],
    [{ kind: 'not_allowed' }, 'ERR_APPROVAL_NOT_ALLOWED', 'cli:bob'],
    [{ kind: 'no_choice', choices: OPEN.choices }, 'ERR_APPROVAL_CHOICE', 'approve, reject'],
    [{ kind: 'unknown' }, 'ERR_APPROVAL_UNKNOWN', 'no approval ap_1'],
  ] as const)('says why: %#', (answer, code, words) => {
    const refusal = refusalOf({ id: 'ap_1', choice: 'x\u001b', actor: 'cli:bob' }, answer);
    expect(refusal).toMatchObject({ code, message: expect.stringContaining(words) });
    expect(refusal?.message).not.toMatch(/\p{Cc}/u);
  });
});
