import type { HttpBindings } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Principal } from './principal.ts';

/** What handlers find in their context. */
export interface ApiEnv {
  /** Whose call it is; not there on routes that need no token. */
  readonly Variables: { token: Principal };
  /** Not there where the app is called without a server. */
  readonly Bindings: Partial<HttpBindings>;
}

export type Api = OpenAPIHono<ApiEnv>;
