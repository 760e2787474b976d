export { createApi } from './create-api.ts';
export type { ApiParts } from './parts.ts';
export { problem, problems } from './problems.ts';
export { ownerSchema } from './shared-schemas.ts';
