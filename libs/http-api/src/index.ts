export type { Api } from './api.ts';
export { actorOf, addressOf, FAILURES } from './authenticate.ts';
export { createApiApp } from './create-api-app.ts';
export { type ApiAbout, documentOf } from './document.ts';
export { type Listening, listen } from './listen.ts';
export { createCursors, pageOf, pageQuery, pageSchema } from './pages.ts';
export { present } from './present.ts';
export type { Principal } from './principal.ts';
export { ApiProblem } from './problems/api-problem.ts';
export { defineProblems } from './problems/define-problems.ts';
export {
  idParams,
  json,
  jsonBody,
  momentSchema,
  timeOf,
  timeOrNull,
  timeSchema,
} from './schemas.ts';
export { securedBy } from './secured.ts';
