export { addApprovalRoutes } from './approval-routes.ts';
export { addDecisionRoute } from './decision-route.ts';
export type { ApiParts } from './parts.ts';
export { problem, problems } from './problems.ts';
export { createSlackResponder } from './slack-responder.ts';
export { addSlackRoute } from './slack-route.ts';
