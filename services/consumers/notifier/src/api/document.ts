import { CUSTOMER_SCOPES, OPERATOR_SCOPES } from '@gemini-events/postgres';
import { createRoute, z } from '@hono/zod-openapi';
import { addWebhookDocs } from './document-webhooks.ts';
import type { Api } from './parts.ts';
import { json } from './shared-schemas.ts';

const ABOUT = `Where customers say what they want to be told of, and see what was sent.

Every request needs a token: \`Authorization: Bearer gne_…\`. A token is good for the endpoints of one owner,
and for what its scopes name. Whatever belongs to somebody else is answered as if it did not exist.

Lists come in pages: \`limit\` up to 100, and \`cursor\` with the \`next\` of the page before. What goes wrong is
answered as \`application/problem+json\` (RFC 9457); its \`code\` is the part that stays. A token may be used 20
times a second, 50 times at once; after that the answer is 429 with \`Retry-After\`.`;

const openapi = createRoute({
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
export function documentOf(app: Api): Record<string, unknown> {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'gemini-events notifier', version: '1.0.0', description: ABOUT },
    servers: [{ url: '/' }],
  });
  return JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
}

/** Serves the document to anybody. */
export function addDocumentRoute(app: Api): void {
  const customers = CUSTOMER_SCOPES.map((scope) => `\`${scope}\``).join(', ');
  const operators = OPERATOR_SCOPES.slice(CUSTOMER_SCOPES.length)
    .map((scope) => `\`${scope}\``)
    .join(', ');
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: `Scopes: ${customers}; for operators also ${operators}.`,
  });
  addWebhookDocs(app);
  let document: Record<string, unknown> | undefined;
  app.openapi(openapi, (context) => context.json((document ??= documentOf(app)), 200));
}
