import { isBridgeError } from '@gemini-events/events';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { authenticate } from './authenticate.ts';
import { addCatchUpRoutes } from './catch-up-routes.ts';
import { addDeliveryRoutes } from './delivery-routes.ts';
import { addDocumentRoute } from './document.ts';
import { addEndpointActionRoutes } from './endpoint-action-routes.ts';
import { addEndpointRoutes } from './endpoint-routes.ts';
import { faultsOf } from './faults.ts';
import type { Api, ApiEnv, ApiParts } from './parts.ts';
import { ApiProblem, answerProblem } from './problems.ts';
import { addResultRoute } from './result-route.ts';
import { addRuleRoutes } from './rule-routes.ts';
import { addSecretRoutes } from './secret-routes.ts';
import { addTokenRoutes } from './token-routes.ts';

const BODY_BYTES = 64 * 1_024;
const RETRY_AFTER_MS = 5_000;

/** The customers' and the operator's API, under `/v1`. */
export function createApi(parts: ApiParts): Api {
  const app: Api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      throw new ApiProblem('invalid_request', { faults: faultsOf(result.target, result.error) });
    },
  });
  app.onError((error, context) => answerProblem(context, problemOf(error, parts)));
  app.notFound((context) => answerProblem(context, missed(app, context)));
  app.use(safeHeaders);
  addDocumentRoute(app);
  addResultRoute(app, parts);

  // Whatever comes after this needs a token, unknown paths too.
  app.use('/v1/*', authenticate(parts));
  app.use(
    '/v1/*',
    bodyLimit({
      maxSize: BODY_BYTES,
      onError: () => {
        throw new ApiProblem('body_too_large', { detail: `It may have ${BODY_BYTES} bytes.` });
      },
    }),
  );
  addEndpointRoutes(app, parts);
  addEndpointActionRoutes(app, parts);
  addSecretRoutes(app, parts);
  addDeliveryRoutes(app, parts);
  addCatchUpRoutes(app, parts);
  addRuleRoutes(app, parts);
  addTokenRoutes(app, parts);
  return app;
}

/** Answers hold secrets and other people's addresses. */
const safeHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  context.header('cache-control', 'no-store');
  context.header('x-content-type-options', 'nosniff');
};

function problemOf(error: unknown, { onFault }: Pick<ApiParts, 'onFault'>): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof HTTPException) {
    // Hono's own: a body that is no JSON, or says that it is something else.
    if (error.status === 415) return new ApiProblem('unsupported_media_type');
    if (error.status === 400) {
      const faults = [{ in: 'body' as const, at: '', message: 'is no JSON' }];
      return new ApiProblem('invalid_request', { faults });
    }
  }
  const passes = ['ERR_POSTGRES_UNAVAILABLE', 'ERR_KAFKA_UNAVAILABLE', 'ERR_REGISTRY_UNAVAILABLE'];
  if (isBridgeError(error) && passes.includes(error.code)) {
    return new ApiProblem('unavailable', {}, RETRY_AFTER_MS);
  }
  onFault(error);
  return new ApiProblem('unexpected');
}

/** Nothing has this path, or nothing with this method. */
function missed(app: Api, context: Context): ApiProblem {
  const asked = context.req.path.split('/');
  const methods = app.routes
    .filter(({ method, path }) => {
      const parts = path.split('/');
      if (method === 'ALL' || parts.length !== asked.length) return false;
      return parts.every((part, at) => part.startsWith(':') || part === asked[at]);
    })
    .map(({ method }) => method);
  if (methods.length === 0) return new ApiProblem('not_found');
  context.header('allow', [...new Set(methods)].join(', '));
  return new ApiProblem('method_not_allowed');
}
