import { createRoute, z } from '@hono/zod-openapi';
import type { Api } from './api.ts';
import { PER_TOKEN } from './authenticate.ts';
import { MOST } from './pages.ts';
import { PROBLEM_TYPE } from './problems/api-problem.ts';
import { mergeProblems, type OwnProblems } from './problems/merge-problems.ts';
import { json } from './schemas.ts';

/** What an API says of itself. */
export interface ApiAbout {
  readonly title: string;
  readonly version: string;
  /** Markdown; what all APIs have in common follows it. */
  readonly description: string;
  /** Those that its routes ask for: what customers may have as well, and what operators alone have. */
  readonly scopes: { readonly customers: readonly string[]; readonly operators: readonly string[] };
  /** What its routes may answer beside the problems of every API, in the order of the document. */
  readonly problems: readonly OwnProblems[];
}

const IN_COMMON = `Lists come in pages: \`limit\` up to ${MOST}, and \`cursor\` with the \`next\` of the page before. What goes wrong is
answered as \`application/problem+json\` (RFC 9457); its \`code\` is the part that stays. A token may be used ${PER_TOKEN.perSecond}
times a second, ${PER_TOKEN.burst} times at once; after that the answer is 429 with \`Retry-After\`.`;

const route = createRoute({
  method: 'get',
  path: '/v1/openapi.json',
  tags: ['document'],
  summary: 'This document',
  description: 'Needs no token.',
  security: [],
  responses: {
    200: json(
      z.record(z.string(), z.unknown()).openapi({ description: 'An OpenAPI 3.1 document.' }),
      'The document.',
    ),
  },
});

/** The OpenAPI document of an API, as JSON has it. */
export function documentOf(
  app: Api,
  { title, version, description, problems }: ApiAbout,
): Record<string, unknown> {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title, version, description: `${description}\n\n${IN_COMMON}` },
    servers: [{ url: '/' }],
  });
  const copy = JSON.parse(JSON.stringify(document)) as Document;
  const { titlesOf } = mergeProblems(problems);
  for (const route of Object.values(copy.paths).flatMap((path) => Object.values(path))) {
    for (const [status, response] of Object.entries(route.responses ?? {})) {
      if (PROBLEM_TYPE in (response.content ?? {})) response.description = titlesOf(Number(status));
    }
  }
  return copy;
}

interface Document extends Record<string, unknown> {
  readonly paths: Record<string, Record<string, { readonly responses?: Record<string, Answer> }>>;
}
interface Answer {
  description: string;
  readonly content?: object;
}

/** Serves the document to anybody. */
export function addDocumentRoute(app: Api, about: ApiAbout): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: aboutScopes(about.scopes),
  });
  app.openAPIRegistry.register('Problem', mergeProblems(about.problems).schema);
  let document: Record<string, unknown> | undefined;
  app.openapi(route, (context) => context.json((document ??= documentOf(app, about)), 200));
}

function aboutScopes({ customers, operators }: ApiAbout['scopes']): string {
  const listed = (some: readonly string[]) => some.map((scope) => `\`${scope}\``).join(', ');
  if (customers.length === 0) return `Scopes, all for operators alone: ${listed(operators)}.`;
  return `Scopes: ${listed(customers)}; for operators also ${listed(operators)}.`;
}
