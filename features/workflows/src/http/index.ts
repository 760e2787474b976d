export { addRunActionRoutes } from './run-action-routes.ts';
export { addRunRoutes } from './run-routes.ts';
export { runIdSchema } from './run-schemas.ts';
