import { Hono } from 'hono';
import type { ApiContext } from './context.ts';

/** `/.well-known/jwks.json`: the keys that sign the deliveries of dynamic webhooks. No API key needed. */
export function jwks(api: ApiContext): Hono {
  return new Hono().get('/jwks.json', (context) => context.json(api.signingKeys.jwks));
}
