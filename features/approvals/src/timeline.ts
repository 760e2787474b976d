import { joinParts, type Moment } from '@gemini-events/read-model';
import type { AskedApproval } from './store/asked-approvals.ts';

export { type AskedApproval, readAskedApprovals } from './store/asked-approvals.ts';

/** What runs asked people about a job. */
export function approvalMoments(approvals: readonly AskedApproval[]): readonly Moment[] {
  return approvals.flatMap(momentsOf);
}

/** The topic keeps the last state alone, but that says when it was asked, too. */
function momentsOf(approval: AskedApproval): readonly Moment[] {
  const { at, approval_id: id, title, state, decided_at: decidedAt } = approval;
  const moment = { lane: 'agent', eventId: '' };
  const isOpen = state === 'requested';
  const until = `until ${new Date(approval.expires_at).toISOString()}`;
  const asked = { ...moment, at, what: 'asked', detail: joinParts(title, id, isOpen ? until : '') };
  if (isOpen) return [asked];
  const { choice, decided_by: by, via, reason } = approval;
  const detail = joinParts(choice, by === null ? null : `by ${by}`, via, reason);
  return [asked, { ...moment, at: decidedAt ?? at, what: state, detail }];
}
