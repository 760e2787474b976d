export { addTokenRoutes } from './token-routes.ts';
