import { isOperatorScope, type TokenScope } from '@gemini-events/access';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './api.ts';
import { baseProblem } from './problems/api-problem.ts';

/** What a route asks of a token. Its scopes stand in the document as well. */
export function secured(scope: TokenScope, summary: string, description = '') {
  return {
    summary,
    description:
      `${description} Needs the scope \`${scope}\`${isOperatorScope(scope) ? ', which operators alone have' : ''}.`.trim(),
    security: [{ bearer: [scope] }],
    middleware: needs(scope),
  };
}

function needs(scope: TokenScope): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    const { owner, scopes } = context.get('token');
    if (!scopes.includes(scope) || (owner !== null && isOperatorScope(scope))) {
      throw baseProblem('scope_missing', { detail: `It needs ${scope}.` });
    }
    await next();
  };
}
