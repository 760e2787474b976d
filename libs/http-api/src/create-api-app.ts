import { isBridgeError } from '@gemini-events/events';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import type { Api, ApiEnv } from './api.ts';
import { authenticate } from './authenticate.ts';
import { type ApiAbout, addDocumentRoute } from './document.ts';
import { faultsOf } from './faults.ts';
import type { TokenCheck } from './principal.ts';
import { ApiProblem, answerProblem, baseProblem } from './problems/api-problem.ts';

const BODY_BYTES = 64 * 1_024;
const RETRY_AFTER_MS = 5_000;

export interface ApiAppOptions {
  readonly about: ApiAbout;
  readonly tokens: TokenCheck;
  /** Adds routes that need no token, beside the document's. @default none */
  readonly addOpenRoutes?: (app: Api) => void;
  /** Adds the others, each made with `secured`. Their paths begin with `/v1/`. */
  readonly addRoutes: (app: Api) => void;
  /** Told of errors that are answered with 500 and without a word. */
  readonly onFault: (error: unknown) => void;
  readonly now: () => number;
}

/** An API under `/v1`, with its document at `/v1/openapi.json`. */
export function createApiApp(options: ApiAppOptions): Api {
  const app: Api = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      throw baseProblem('invalid_request', { faults: faultsOf(result.target, result.error) });
    },
  });
  app.onError((error, context) => answerProblem(context, problemOf(error, options)));
  app.notFound((context) => answerProblem(context, missed(app, context)));
  app.use(safeHeaders);
  addDocumentRoute(app, options.about);
  options.addOpenRoutes?.(app);

  // Whatever comes after this needs a token, unknown paths too.
  app.use('/v1/*', authenticate(options));
  app.use(
    '/v1/*',
    bodyLimit({
      maxSize: BODY_BYTES,
      onError: () => {
        throw baseProblem('body_too_large', { detail: `It may have ${BODY_BYTES} bytes.` });
      },
    }),
  );
  options.addRoutes(app);
  return app;
}

/** Answers hold secrets and other people's addresses. */
const safeHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  context.header('cache-control', 'no-store');
  context.header('x-content-type-options', 'nosniff');
};

function problemOf(error: unknown, { onFault }: Pick<ApiAppOptions, 'onFault'>): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof HTTPException) {
    // Hono's own: a body that is no JSON, or says that it is something else.
    if (error.status === 415) return baseProblem('unsupported_media_type');
    if (error.status === 400) {
      const faults = [{ in: 'body' as const, at: '', message: 'is no JSON' }];
      return baseProblem('invalid_request', { faults });
    }
  }
  const passes = ['ERR_POSTGRES_UNAVAILABLE', 'ERR_KAFKA_UNAVAILABLE', 'ERR_REGISTRY_UNAVAILABLE'];
  if (isBridgeError(error) && passes.includes(error.code)) {
    return baseProblem('unavailable', {}, RETRY_AFTER_MS);
  }
  onFault(error);
  return baseProblem('unexpected');
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
  if (methods.length === 0) return baseProblem('not_found');
  context.header('allow', [...new Set(methods)].join(', '));
  return baseProblem('method_not_allowed');
}
