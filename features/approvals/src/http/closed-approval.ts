import type { Approval } from '../approval.ts';

/**
 * An approval that nobody can decide any more, as it ends. When its time is over, its run notes that only
 * a moment later: until then it still looks open.
 */
export function closedApproval(approval: Approval): Approval {
  if (approval.state !== 'requested') return approval;
  const { defaultChoice: choice, expiresAt: decidedAt } = approval;
  return { ...approval, state: 'expired', choice, via: 'expiry', decidedAt };
}
