export { approvalsCommand } from './approvals.ts';
