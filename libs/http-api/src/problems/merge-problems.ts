import { z } from '@hono/zod-openapi';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { BASE_PROBLEMS } from './base-problems.ts';

/** Status and title of each code. Codes are stable; titles are for people. */
export type ProblemCatalogue = Readonly<
  Record<string, readonly [status: ContentfulStatusCode, title: string]>
>;

/** The problems of one part of an API, as `defineProblems` gives them. */
export interface OwnProblems {
  readonly own: ProblemCatalogue;
  /** Names of texts that they may have beside `detail`, and what each of them says. */
  readonly members: Readonly<Record<string, string>>;
}

const faultSchema = z.strictObject({
  in: z.enum(['body', 'query', 'path']),
  at: z.string().openapi({ description: 'Names from the outside in, with dots between them.' }),
  message: z.string(),
});

/** The problems of a whole API, for its document: those that every API has, and those of its parts. */
export function mergeProblems(parts: readonly OwnProblems[]) {
  const all = Object.assign({}, BASE_PROBLEMS, ...parts.map(({ own }) => own)) as ProblemCatalogue;
  // In the document by status, and the base's first.
  const catalogue = Object.entries(all).sort(([, [one]], [, [other]]) => one - other);
  const members = new Map<string, string[]>();
  for (const [name, says] of parts.flatMap((part) => Object.entries(part.members))) {
    members.set(name, [...(members.get(name) ?? []), says]);
  }
  const described = [...members].map(
    ([name, says]) =>
      [
        name,
        z
          .string()
          .optional()
          .openapi({ description: says.join(' ') }),
      ] as const,
  );
  return {
    titlesOf: (status: number): string =>
      catalogue
        .filter(([, [each]]) => each === status)
        .map(([code, [, title]]) => `\`${code}\`: ${title}.`)
        .join(' '),
    schema: z
      .strictObject({
        type: z.literal('about:blank'),
        title: z.string(),
        status: z.int(),
        code: z.enum(catalogue.map(([code]) => code)),
        detail: z.string().optional(),
        ...Object.fromEntries(described),
        faults: z.array(faultSchema).optional(),
      })
      .openapi({
        description: 'RFC 9457. `code` is what programs look at.',
        example: {
          type: 'about:blank',
          title: 'There is no such thing',
          status: 404,
          code: 'not_found',
        },
      }),
  };
}
