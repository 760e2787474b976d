import type { Context, MiddlewareHandler } from 'hono';
import type { ApiEnv } from './api.ts';
import { createKeyedBuckets } from './limits/keyed-buckets.ts';
import type { Principal, TokenCheck } from './principal.ts';
import { baseProblem } from './problems/api-problem.ts';

/** Requests with one token. */
export const PER_TOKEN = { perSecond: 20, burst: 50 };
/** Tokens or signatures that are none, from one address: 100, and 10 each second. */
export const FAILURES = { perSecond: 10, burst: 100 };

/**
 * Lets nobody by without a valid token, and each token by only so often. An address that has sent too
 * many wrong ones is not looked up any more; tokens that were right before still are, as many customers
 * may come by one proxy.
 */
export function authenticate({
  tokens,
  now,
}: {
  readonly tokens: TokenCheck;
  readonly now: () => number;
}): MiddlewareHandler<ApiEnv> {
  const perToken = createKeyedBuckets({ ...PER_TOKEN, now });
  const failures = createKeyedBuckets({ ...FAILURES, now });
  return async (context, next) => {
    const given = bearerOf(context.req.header('authorization'));
    const id = given === null ? null : tokens.idOf(given);
    const address = addressOf(context);
    const isKnown = id !== null && perToken.has(id);
    if (!isKnown && failures.has(address) && failures.of(address).available() === 0) {
      throw baseProblem('too_many_requests', {}, 1_000);
    }
    const token = given === null ? null : await tokens.check(given);
    if (token === null) {
      failures.of(address).take();
      throw baseProblem('unauthorized');
    }
    const waitMs = perToken.of(token.id).take();
    if (waitMs > 0) throw baseProblem('too_many_requests', {}, waitMs);
    context.set('token', token);
    await next();
  };
}

/** How the audit names who calls. */
export const actorOf = ({ id }: Principal): string => `token/${id}`;

function bearerOf(header: string | undefined): string | null {
  return /^Bearer +(\S{1,200})$/i.exec(header ?? '')?.[1] ?? null;
}

/** Of who calls; empty where the app is called without a server. */
export function addressOf(context: Pick<Context<ApiEnv>, 'env'>): string {
  // Then `env` is not there at all.
  const env = context.env as ApiEnv['Bindings'] | undefined;
  return env?.incoming?.socket.remoteAddress ?? '';
}
