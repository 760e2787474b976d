export { ownerSchema } from './owner-schema.ts';
export { secured } from './secured.ts';
export { addTokenRoutes } from './token-routes.ts';
