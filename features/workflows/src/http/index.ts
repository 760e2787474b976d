export type { RunApiParts } from './parts.ts';
export { runProblems } from './problems.ts';
export { addRunActionRoutes } from './run-action-routes.ts';
export { addRunRoutes } from './run-routes.ts';
