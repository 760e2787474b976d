import { randomBytes } from 'node:crypto';
import { ownerSchema, secured } from '@gemini-events/access/http';
import { isBridgeError } from '@gemini-events/events';
import {
  type Api,
  actorOf,
  createCursors,
  idParams,
  json,
  jsonBody,
  pageOf,
  pageQuery,
  pageSchema,
  present,
} from '@gemini-events/http-api';
import { createRoute, z } from '@hono/zod-openapi';
import { makeStoredSecret } from '../keys/stored-secret.ts';
import { type EndpointPlace, type EndpointSettings, MOST_ENDPOINTS } from '../store/endpoints.ts';
import {
  createdEndpointSchema,
  endpointChangesSchema,
  endpointSchema,
  newEndpointSchema,
  renderEndpoint,
  renderSecret,
} from './endpoint-schemas.ts';
import { findEndpoint } from './owned.ts';
import type { ApiParts } from './parts.ts';
import { problem, problems } from './problems.ts';

const tags = ['endpoints'];

const create = createRoute({
  method: 'post',
  path: '/v1/endpoints',
  tags,
  ...secured(
    'endpoints:write',
    'Register an endpoint',
    `Nothing is sent there before it is verified. The answer holds its secret, which is shown this once. An owner has up to ${MOST_ENDPOINTS}.`,
  ),
  request: {
    body: jsonBody(newEndpointSchema, {
      url: 'https://hooks.example.com/gemini',
      description: 'production',
      types: ['batch', 'interaction.failed'],
    }),
  },
  responses: {
    201: json(createdEndpointSchema, 'The endpoint and its first secret.'),
    ...problems(400, 409, 413, 415, 422),
  },
});

const list = createRoute({
  method: 'get',
  path: '/v1/endpoints',
  tags,
  ...secured('endpoints:read', 'List endpoints', 'The newest first.'),
  request: {
    query: z.object({
      ...pageQuery,
      owner: ownerSchema.optional().openapi({ description: 'For operators: of this owner only.' }),
    }),
  },
  responses: { 200: json(pageSchema(endpointSchema), 'A page of endpoints.'), ...problems(400) },
});

const show = createRoute({
  method: 'get',
  path: '/v1/endpoints/{id}',
  tags,
  ...secured('endpoints:read', 'Look at an endpoint'),
  request: { params: idParams },
  responses: { 200: json(endpointSchema, 'The endpoint.'), ...problems(404) },
});

const change = createRoute({
  method: 'patch',
  path: '/v1/endpoints/{id}',
  tags,
  ...secured(
    'endpoints:write',
    'Change an endpoint',
    'What is left out stays as it is. Another URL has to be verified before anything is sent there.',
  ),
  request: { params: idParams, body: jsonBody(endpointChangesSchema, { types: ['batch'] }) },
  responses: {
    200: json(endpointSchema, 'The endpoint.'),
    ...problems(400, 404, 413, 415, 422),
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/v1/endpoints/{id}',
  tags,
  ...secured(
    'endpoints:write',
    'Remove an endpoint',
    'Its secrets and its deliveries go with it, also those that wait.',
  ),
  request: { params: idParams },
  responses: { 204: { description: 'It is gone.' }, ...problems(404) },
});

const cursors = createCursors<EndpointPlace>(
  'endpoints',
  z.strictObject({ createdAt: z.int().min(0), id: z.string().regex(/^ep_[0-9a-f]{24}$/) }),
);

export function addEndpointRoutes(app: Api, parts: ApiParts): void {
  const { endpoints, sealer, audit } = parts;

  app.openapi(create, async (context) => {
    const token = context.get('token');
    const given = context.req.valid('json');
    const owner = ownerFor(token.owner, given.owner);
    const url = allowedUrl(parts, given.url);
    const id = `ep_${randomBytes(12).toString('hex')}`;
    const { stored, shown } = makeStoredSecret(sealer, id, 'v1');
    await audit({
      actor: actorOf(token),
      action: 'endpoint.create',
      target: id,
      detail: { owner, host: new URL(url).host },
    });
    const { description, types, max_per_second, max_concurrent } = given;
    const limits = { maxPerSecond: max_per_second, maxConcurrent: max_concurrent };
    const endpoint = await endpoints.add({
      id,
      owner,
      url,
      description,
      types,
      ...limits,
      secret: stored,
    });
    if (endpoint === null) throw problem('too_many_endpoints');
    const { kind, publicKey } = stored;
    const about = { id: stored.id, kind, publicKey, createdAt: endpoint.createdAt };
    const secret = { ...renderSecret({ ...about, expiresAt: null }), secret: shown };
    return context.json({ endpoint: renderEndpoint(endpoint), secret }, 201);
  });

  app.openapi(list, async (context) => {
    const token = context.get('token');
    const { limit, cursor, owner } = context.req.valid('query');
    if (owner !== undefined && token.owner !== null) throw problem('owner_forbidden');
    const after = cursors.read(cursor);
    const rows = await endpoints.list(token.owner ?? owner ?? null, { limit: limit + 1, after });
    const page = pageOf(rows, limit, {
      render: renderEndpoint,
      cursor: ({ createdAt, id }) => cursors.write({ createdAt, id }),
    });
    return context.json(page, 200);
  });

  app.openapi(show, async (context) => {
    const { id } = context.req.valid('param');
    return context.json(renderEndpoint(await findEndpoint(parts, context.get('token'), id)), 200);
  });

  app.openapi(change, async (context) => {
    const token = context.get('token');
    const endpoint = await findEndpoint(parts, token, context.req.valid('param').id);
    const given = context.req.valid('json');
    const changes: Partial<EndpointSettings> = {
      ...(given.url === undefined ? {} : { url: allowedUrl(parts, given.url) }),
      ...(given.description === undefined ? {} : { description: given.description }),
      ...(given.types === undefined ? {} : { types: given.types }),
      ...(given.max_per_second === undefined ? {} : { maxPerSecond: given.max_per_second }),
      ...(given.max_concurrent === undefined ? {} : { maxConcurrent: given.max_concurrent }),
    };
    const names = Object.keys(changes);
    if (names.length === 0) return context.json(renderEndpoint(endpoint), 200);
    await audit({
      actor: actorOf(token),
      action: 'endpoint.change',
      target: endpoint.id,
      detail: {
        changes: names.join(','),
        ...(changes.url === undefined ? {} : { host: new URL(changes.url).host }),
      },
    });
    const changed = present(await endpoints.update(endpoint.id, changes));
    return context.json(renderEndpoint(changed), 200);
  });

  app.openapi(remove, async (context) => {
    const token = context.get('token');
    const { id, owner } = await findEndpoint(parts, token, context.req.valid('param').id);
    await audit({
      actor: actorOf(token),
      action: 'endpoint.remove',
      target: id,
      detail: { owner },
    });
    await endpoints.remove(id);
    return context.body(null, 204);
  });
}

/** A customer's token says whose it is; an operator's has to be told. @throws ApiProblem */
function ownerFor(ofToken: string | null, given: string | undefined): string {
  if (ofToken !== null) {
    if (given !== undefined) throw problem('owner_forbidden');
    return ofToken;
  }
  if (given !== undefined) return given;
  throw problem('invalid_request', {
    faults: [{ in: 'body', at: 'owner', message: 'is needed with the token of an operator' }],
  });
}

/** The URL as it will be called. @throws ApiProblem url_refused */
function allowedUrl({ checkUrl }: Pick<ApiParts, 'checkUrl'>, text: string): string {
  try {
    checkUrl(text);
  } catch (error) {
    if (!isBridgeError(error, 'ERR_HTTP_REFUSED')) throw error;
    throw problem('url_refused', { reason: String(error.data['reason']) });
  }
  const url = new URL(text);
  // It is never sent, and would only make two URLs out of one.
  url.hash = '';
  return url.href;
}
