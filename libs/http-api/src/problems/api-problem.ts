import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { BASE_PROBLEMS, type BaseProblemCode } from './base-problems.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** One thing that is wrong with a request. */
export interface Fault {
  readonly in: 'body' | 'query' | 'path';
  /** Names from the outside in, with dots between them. */
  readonly at: string;
  readonly message: string;
}

/** What a problem may say beside its code. */
export interface ProblemDetails {
  readonly detail?: string | undefined;
  readonly faults?: readonly Fault[] | undefined;
}

/**
 * Thrown wherever a request cannot be answered as it was meant. Services make theirs by what
 * `defineProblems` gives, which knows their codes.
 */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: ContentfulStatusCode;
  /** Members of the answer beside type, title, status and code. */
  readonly more: ProblemDetails;
  /** For `Retry-After`; null: none. */
  readonly retryAfterMs: number | null;

  constructor(
    code: string,
    [status, title]: readonly [status: ContentfulStatusCode, title: string],
    more: ProblemDetails = {},
    retryAfterMs: number | null = null,
  ) {
    super(title);
    this.name = 'ApiProblem';
    this.code = code;
    this.status = status;
    this.more = more;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A problem that every API has. */
export function baseProblem(
  code: BaseProblemCode,
  more: ProblemDetails = {},
  retryAfterMs: number | null = null,
): ApiProblem {
  return new ApiProblem(code, BASE_PROBLEMS[code], more, retryAfterMs);
}

/** The answer for a problem, whole. */
export function answerProblem(context: Context, problem: ApiProblem): Response {
  const { code, status, message: title, more, retryAfterMs } = problem;
  if (retryAfterMs !== null) {
    context.header('retry-after', String(Math.max(1, Math.ceil(retryAfterMs / 1_000))));
  }
  if (status === 401) context.header('www-authenticate', 'Bearer');
  // The server cuts off a body that nobody reads: the next request must not come on that connection.
  const { body: given, bodyUsed } = context.req.raw;
  if (status === 413 || (given !== null && !bodyUsed)) context.header('connection', 'close');
  const body = { type: 'about:blank', title, status, code, ...more };
  return context.body(JSON.stringify(body), status, { 'content-type': PROBLEM_TYPE });
}
