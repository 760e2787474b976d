import type { z } from '@hono/zod-openapi';
import type { Fault } from './problems/api-problem.ts';

const MOST = 20;
const PLACES: Readonly<Record<string, Fault['in']>> = {
  json: 'body',
  query: 'query',
  param: 'path',
};

/** What is wrong with a request. Says where and why, never what stood there. */
export function faultsOf(target: string, error: z.ZodError): Fault[] {
  return error.issues.slice(0, MOST).map((issue) => ({
    in: PLACES[target] ?? 'body',
    at: issue.path.map(String).join('.').slice(0, 100),
    // Zod's own text repeats the keys, which come from outside too.
    message: issue.code === 'unrecognized_keys' ? 'has names that are not known' : issue.message,
  }));
}
