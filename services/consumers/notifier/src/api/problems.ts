import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';

/** Every kind of problem that the API answers. Codes are stable; titles and details are for people. */
const PROBLEMS = {
  invalid_request: [400, 'The request has faults'],
  invalid_cursor: [400, 'The cursor is none of this list'],
  unauthorized: [401, 'A valid token is needed'],
  scope_missing: [403, 'The token is not good for this'],
  owner_forbidden: [403, 'Only an operator names an owner'],
  not_found: [404, 'There is no such thing'],
  result_not_there: [404, 'The output is not stored yet'],
  method_not_allowed: [405, 'The path knows other methods'],
  disabled_by_operator: [409, 'An operator disabled the endpoint'],
  endpoint_not_active: [409, 'The endpoint is not active'],
  delivery_in_flight: [409, 'The delivery is being sent now'],
  too_many_endpoints: [409, 'The owner has as many endpoints as can be'],
  too_many_secrets: [409, 'The endpoint has as many valid secrets as can be'],
  link_expired: [410, 'The link has expired'],
  body_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The body has to be JSON'],
  range_unsatisfiable: [416, 'The output has no such part'],
  url_refused: [422, 'The URL may not be called'],
  not_verified: [422, 'The endpoint did not answer the challenge'],
  rule_invalid: [422, 'The rule has faults'],
  too_many_requests: [429, 'Too many requests'],
  unexpected: [500, 'Something failed that was not foreseen'],
  unavailable: [503, 'A part of the service is not there now'],
} as const;

export type ProblemCode = keyof typeof PROBLEMS;
export type ProblemStatus = (typeof PROBLEMS)[ProblemCode][0];

const PROBLEM_TYPE = 'application/problem+json';

const faultSchema = z.strictObject({
  in: z.enum(['body', 'query', 'path']),
  at: z.string().openapi({ description: 'Names from the outside in, with dots between them.' }),
  message: z.string(),
});
export type Fault = z.output<typeof faultSchema>;

export const problemSchema = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    detail: z.string().optional(),
    reason: z.string().optional().openapi({ description: 'Of `url_refused`: what is wrong.' }),
    faults: z.array(faultSchema).optional(),
  })
  .openapi('Problem', {
    description: 'RFC 9457. `code` is what programs look at.',
    example: {
      type: 'about:blank',
      title: 'There is no such thing',
      status: 404,
      code: 'not_found',
    },
  });

/** Thrown wherever a request cannot be answered as it was meant. */
export class ApiProblem extends Error {
  readonly code: ProblemCode;
  readonly more: Pick<z.output<typeof problemSchema>, 'detail' | 'reason' | 'faults'>;
  /** For `Retry-After`; null: none. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ProblemCode,
    more: ApiProblem['more'] = {},
    retryAfterMs: number | null = null,
  ) {
    super(PROBLEMS[code][1]);
    this.name = 'ApiProblem';
    this.code = code;
    this.more = more;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Statuses of problems, as the answers of a route; those that any route may give are among them. */
export function problems<const Status extends ProblemStatus = never>(...statuses: Status[]) {
  type Each = Status | 401 | 403 | 429 | 500 | 503;
  const each = {
    description: '',
    content: { [PROBLEM_TYPE]: { schema: problemSchema } },
  } as const;
  const all = [...statuses, 401, 403, 429, 500, 503] as Each[];
  return Object.fromEntries(
    all.map((status) => [status, { ...each, description: titlesOf(status) }]),
  ) as Record<Each, typeof each>;
}

/** The answer for a problem, whole. */
export function answerProblem(context: Context, problem: ApiProblem): Response {
  const [status, title] = PROBLEMS[problem.code];
  if (problem.retryAfterMs !== null) {
    context.header('retry-after', String(Math.max(1, Math.ceil(problem.retryAfterMs / 1_000))));
  }
  if (status === 401) context.header('www-authenticate', 'Bearer');
  // The server cuts off a body that nobody reads: the next request must not come on that connection.
  const { body: given, bodyUsed } = context.req.raw;
  if (status === 413 || (given !== null && !bodyUsed)) context.header('connection', 'close');
  const body = { type: 'about:blank', title, status, code: problem.code, ...problem.more };
  return context.body(JSON.stringify(body), status, { 'content-type': PROBLEM_TYPE });
}

function titlesOf(status: number): string {
  return Object.entries(PROBLEMS)
    .filter(([, [each]]) => each === status)
    .map(([code, [, title]]) => `\`${code}\`: ${title}.`)
    .join(' ');
}
