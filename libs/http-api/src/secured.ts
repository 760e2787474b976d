import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './api.ts';
import { baseProblem } from './problems/api-problem.ts';

/** Makes what routes ask of a token. @param isForOperators whether operators alone may have a scope */
export function securedBy<Scope extends string>(isForOperators: (scope: Scope) => boolean) {
  const needs = (scope: Scope): MiddlewareHandler<ApiEnv> => {
    return async (context, next) => {
      const { owner, scopes } = context.get('token');
      if (!scopes.includes(scope) || (owner !== null && isForOperators(scope))) {
        throw baseProblem('scope_missing', { detail: `It needs ${scope}.` });
      }
      await next();
    };
  };
  /** What a route asks of a token. Its scopes stand in the document as well. */
  return (scope: Scope, summary: string, description = '') => ({
    summary,
    description:
      `${description} Needs the scope \`${scope}\`${isForOperators(scope) ? ', which operators alone have' : ''}.`.trim(),
    security: [{ bearer: [scope] }],
    middleware: needs(scope),
  });
}
