import { describe, expect, it } from 'vitest';
import { judgeDecision } from './judge-decision.ts';

const OPEN = {
  choices: [
    { name: 'yes', label: 'Yes', approves: true },
    { name: 'no', label: 'No', approves: false },
  ],
  approvers: null,
  state: 'requested',
  choice: null,
  actor: null,
  expiresAt: 1_000,
} as const;
const DECIDED = { ...OPEN, state: 'approved', choice: 'yes', actor: 'cli:a' } as const;
const YES = { choice: 'yes', actor: 'cli:a' };

describe('a decision', () => {
  it.each([
    ['approves by a choice that does', OPEN, YES, 999, { kind: 'take', state: 'approved' }],
    [
      'rejects by a choice that does not',
      OPEN,
      { ...YES, choice: 'no' },
      999,
      { kind: 'take', state: 'rejected' },
    ],
    ['is too late at the very end', OPEN, YES, 1_000, { kind: 'too_late' }],
    [
      'is too late behind another one',
      DECIDED,
      { ...YES, actor: 'cli:b' },
      0,
      { kind: 'too_late' },
    ],
    [
      'is too late behind another one of its own',
      DECIDED,
      { ...YES, choice: 'no' },
      0,
      { kind: 'too_late' },
    ],
    [
      'is too late once it has expired',
      { ...OPEN, state: 'expired', choice: 'yes' },
      YES,
      2_000,
      { kind: 'too_late' },
    ],
    ['may be repeated, also after the end', DECIDED, YES, 2_000, { kind: 'repeat' }],
    [
      'is refused for a choice that there is not',
      OPEN,
      { ...YES, choice: 'Yes' },
      0,
      { kind: 'no_choice' },
    ],
    [
      'is taken of an approver',
      { ...OPEN, approvers: ['x', 'cli:a'] },
      YES,
      0,
      { kind: 'take', state: 'approved' },
    ],
    ['is not of anybody else', { ...OPEN, approvers: ['cli:b'] }, YES, 0, { kind: 'not_allowed' }],
    ['is of nobody where nobody may', { ...OPEN, approvers: [] }, YES, 0, { kind: 'not_allowed' }],
    [
      'tells others neither the choices nor that it is too late',
      { ...DECIDED, approvers: ['cli:b'] },
      { ...YES, choice: 'x' },
      9_000,
      { kind: 'not_allowed' },
    ],
  ] as const)('%s', (_, approval, decision, now, verdict) => {
    expect(judgeDecision(approval, decision, now)).toEqual(verdict);
  });
});
