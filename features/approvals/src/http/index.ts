export { addApprovalRoutes } from './approval-routes.ts';
export { runIdSchema } from './approval-schemas.ts';
export { addDecisionRoute } from './decision-route.ts';
export type { ApprovalApiParts } from './parts.ts';
export { approvalProblems } from './problems.ts';
export { createSlackResponder } from './slack-responder.ts';
export { addSlackRoute } from './slack-route.ts';
