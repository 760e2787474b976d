import { z } from '@hono/zod-openapi';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ApiProblem, PROBLEM_TYPE, type ProblemDetails } from './api-problem.ts';
import { BASE_PROBLEMS } from './base-problems.ts';

/** Status and title of each code. Codes are stable; titles are for people. */
export type ProblemCatalogue = Readonly<
  Record<string, readonly [status: ContentfulStatusCode, title: string]>
>;

const faultSchema = z.strictObject({
  in: z.enum(['body', 'query', 'path']),
  at: z.string().openapi({ description: 'Names from the outside in, with dots between them.' }),
  message: z.string(),
});

/**
 * The problems of one API: those that every API has, and its own.
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

  // In the document by status, and the base's first.
  const catalogue = Object.entries<ProblemCatalogue[string]>({ ...BASE_PROBLEMS, ...own }).sort(
    ([, [one]], [, [other]]) => one - other,
  );
  const byCode = new Map(catalogue);
  const titlesOf = (status: number): string =>
    catalogue
      .filter(([, [each]]) => each === status)
      .map(([code, [, title]]) => `\`${code}\`: ${title}.`)
      .join(' ');

  const described = Object.entries<string>(members ?? {}).map(
    ([name, description]) => [name, z.string().optional().openapi({ description })] as const,
  );
  const schema = z
    .strictObject({
      type: z.literal('about:blank'),
      title: z.string(),
      status: z.int(),
      code: z.enum(catalogue.map(([code]) => code)),
      detail: z.string().optional(),
      ...Object.fromEntries(described),
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
  const each = {
    description: '',
    content: { [PROBLEM_TYPE]: { schema } },
  } as const;

  return {
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
      return Object.fromEntries(
        all.map((status) => [status, { ...each, description: titlesOf(status) }]),
      ) as Record<Each, typeof each>;
    },
  };
}
