import {
  type Api,
  actorOf,
  createCursors,
  idParams,
  json,
  jsonBody,
  momentSchema,
  pageOf,
  pageQuery,
  pageSchema,
  timeOf,
  timeOrNull,
  timeSchema,
} from '@gemini-events/http-api';
import { createRoute, z } from '@hono/zod-openapi';
import { isOperatorScope, TOKEN_SCOPES } from '../scopes.ts';
import type { ApiToken } from '../store/api-tokens.ts';
import { ownerSchema } from './owner-schema.ts';
import type { TokenApiParts } from './parts.ts';
import { problem, problems } from './problems.ts';
import { secured } from './secured.ts';

const tags = ['tokens'];

const scopeSchema = z.enum(TOKEN_SCOPES).openapi({
  description: 'Those of `approvals` and `runs` are good at the API of the agent.',
});

const tokenSchema = z
  .strictObject({
    id: z.string(),
    owner: z.string().nullable().openapi({ description: 'Null: an operator’s.' }),
    name: z.string(),
    scopes: z.array(scopeSchema),
    created_at: timeSchema,
    expires_at: timeSchema.nullable(),
    revoked_at: timeSchema.nullable(),
    last_used_at: timeSchema.nullable().openapi({ description: 'To the minute.' }),
  })
  .openapi('Token', {
    example: {
      id: '5b0f6d1c2a3e4f50',
      owner: 'acme',
      name: 'ci',
      scopes: ['endpoints:read'],
      created_at: '2026-11-25T12:00:00.000Z',
      expires_at: null,
      revoked_at: null,
      last_used_at: null,
    },
  });

const newTokenSchema = z
  .strictObject({
    owner: ownerSchema.nullable().openapi({ description: 'Null: an operator’s, for all owners.' }),
    name: z.string().min(1).max(100),
    scopes: z.array(scopeSchema).min(1).max(TOKEN_SCOPES.length),
    expires_at: momentSchema.nullable().default(null),
  })
  .refine(({ owner, scopes }) => owner === null || !scopes.some(isOperatorScope), {
    path: ['scopes'],
    message: 'has some that operators alone may have',
  })
  .openapi('NewToken');

const create = createRoute({
  method: 'post',
  path: '/v1/tokens',
  tags,
  ...secured('tokens:write', 'Make a token', 'It is shown in this answer and never again.'),
  request: {
    body: jsonBody(newTokenSchema, { owner: 'acme', name: 'ci', scopes: ['endpoints:read'] }),
  },
  responses: {
    201: json(
      z.strictObject({ token: z.string(), entry: tokenSchema }).openapi('CreatedToken'),
      'The token, and what is kept of it.',
    ),
    ...problems(400, 413, 415),
  },
});

const list = createRoute({
  method: 'get',
  path: '/v1/tokens',
  tags,
  ...secured(
    'tokens:write',
    'List tokens',
    'The newest first, also those that are of no use any more.',
  ),
  request: { query: z.object(pageQuery) },
  responses: { 200: json(pageSchema(tokenSchema), 'A page of tokens.'), ...problems(400) },
});

const revoke = createRoute({
  method: 'delete',
  path: '/v1/tokens/{id}',
  tags,
  ...secured('tokens:write', 'Revoke a token', 'It is of no use from now on.'),
  request: { params: idParams },
  responses: { 204: { description: 'It is revoked.' }, ...problems(404) },
});

const cursors = createCursors<{ createdAt: number; id: string }>(
  'tokens',
  z.strictObject({ createdAt: z.int().min(0), id: z.string().regex(/^[0-9a-f]{16}$/) }),
);

export function addTokenRoutes(app: Api, { tokens, audit }: TokenApiParts): void {
  app.openapi(create, async (context) => {
    const { owner, name, scopes, expires_at: expiresAt } = context.req.valid('json');
    // The id is not known yet; whose it is and what it may do are what matters.
    await audit({
      actor: actorOf(context.get('token')),
      action: 'token.create',
      target: owner ?? 'operator',
      detail: { name, scopes: scopes.join(' ') },
    });
    const { token, entry } = await tokens.create({ owner, name, scopes, expiresAt });
    return context.json({ token, entry: renderToken(entry) }, 201);
  });

  app.openapi(list, async (context) => {
    const { limit, cursor } = context.req.valid('query');
    const rows = await tokens.list({ limit: limit + 1, after: cursors.read(cursor) });
    const page = pageOf(rows, limit, {
      render: renderToken,
      cursor: ({ createdAt, id }) => cursors.write({ createdAt, id }),
    });
    return context.json(page, 200);
  });

  app.openapi(revoke, async (context) => {
    const { id } = context.req.valid('param');
    if (!/^[0-9a-f]{16}$/.test(id)) throw problem('not_found');
    await audit({
      actor: actorOf(context.get('token')),
      action: 'token.revoke',
      target: id,
      detail: {},
    });
    if (!(await tokens.revoke(id))) throw problem('not_found');
    return context.body(null, 204);
  });
}

function renderToken(token: ApiToken): z.output<typeof tokenSchema> {
  return {
    id: token.id,
    owner: token.owner,
    name: token.name,
    scopes: [...token.scopes],
    created_at: timeOf(token.createdAt),
    expires_at: timeOrNull(token.expiresAt),
    revoked_at: timeOrNull(token.revokedAt),
    last_used_at: timeOrNull(token.lastUsedAt),
  };
}
