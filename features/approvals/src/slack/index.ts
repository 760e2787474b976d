export type { SlackAction } from './approval-action.ts';
export { approvalMessage, type DecidedApproval } from './approval-message.ts';
