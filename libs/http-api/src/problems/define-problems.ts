import { ApiProblem, PROBLEM_TYPE, type ProblemDetails } from './api-problem.ts';
import { BASE_PROBLEMS } from './base-problems.ts';
import type { ProblemCatalogue } from './merge-problems.ts';

/** A status with problems: the document says which they are, as other parts of the API may have more of it. */
const RESPONSE = {
  description: '',
  content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
} as const;

/**
 * The problems of one part of an API: those that every API has, and its own.
 * @param own codes that are none of the base's, with status and title
 * @param members names of texts that its problems may have beside `detail`, and what each of them says
 */
export function defineProblems<
  const Own extends ProblemCatalogue,
  const Member extends string = never,
>(
  own: Own & { readonly [Code in keyof typeof BASE_PROBLEMS]?: never },
  members?: Readonly<Record<Member, string>>,
) {
  type Code = (keyof typeof BASE_PROBLEMS | keyof Own) & string;
  type Status = (typeof BASE_PROBLEMS)[keyof typeof BASE_PROBLEMS][0] | Own[keyof Own][0];
  type Details = ProblemDetails & { readonly [Name in Member]?: string };

  const byCode = new Map(Object.entries<ProblemCatalogue[string]>({ ...BASE_PROBLEMS, ...own }));
  return {
    own,
    members: members ?? {},
    /** One to throw. @param retryAfterMs for `Retry-After`; null: none */
    problem: (code: Code, more?: Details, retryAfterMs: number | null = null): ApiProblem => {
      const entry = byCode.get(code);
      if (entry === undefined) throw new TypeError(`there is no problem ${code}`);
      return new ApiProblem(code, entry, more, retryAfterMs);
    },
    /** Statuses of problems, as the answers of a route; those that any route may give are among them. */
    problems: <const Asked extends Status = never>(...statuses: Asked[]) => {
      type Each = Asked | 401 | 403 | 429 | 500 | 503;
      const all: Each[] = [...statuses, 401, 403, 429, 500, 503];
      return Object.fromEntries(all.map((status) => [status, RESPONSE])) as Record<
        Each,
        typeof RESPONSE
      >;
    },
  };
}
