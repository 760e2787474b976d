export type { Approval, ApprovalLogEntry, Choice, DecisionWay, NewApproval } from './approval.ts';
export type { Verdict } from './judge-decision.ts';
export { type ApprovalFilter, type Approvals, createPostgresApprovals } from './store/approvals.ts';
