import { secured } from '@gemini-events/access/http';
import {
  type Api,
  actorOf,
  idParams,
  json,
  jsonBody,
  pageSchema,
  present,
} from '@gemini-events/http-api';
import { createRoute } from '@hono/zod-openapi';
import { makeStoredSecret } from '../keys/stored-secret.ts';
import { MOST_SECRETS } from '../store/endpoint-secrets.ts';
import {
  newSecretSchema,
  renderSecret,
  secretSchema,
  shownSecretSchema,
} from './endpoint-schemas.ts';
import { findEndpoint } from './owned.ts';
import type { ApiParts } from './parts.ts';
import { problem, problems } from './problems.ts';

const tags = ['secrets'];

const list = createRoute({
  method: 'get',
  path: '/v1/endpoints/{id}/secrets',
  tags,
  ...secured(
    'endpoints:read',
    'List the secrets of an endpoint',
    `Those that are valid, the newest first, up to ${MOST_SECRETS}; never what they are.`,
  ),
  request: { params: idParams },
  responses: { 200: json(pageSchema(secretSchema), 'All that are valid.'), ...problems(404) },
});

const add = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/secrets',
  tags,
  ...secured(
    'endpoints:write',
    'Rotate a secret, or add a v1a key',
    'Deliveries are signed with every valid secret, so receivers can change over at any time of the overlap. The secret is shown this once.',
  ),
  request: {
    params: idParams,
    body: jsonBody(newSecretSchema, { kind: 'v1', overlap_seconds: 86_400 }),
  },
  responses: {
    201: json(shownSecretSchema, 'The new secret.'),
    ...problems(400, 404, 409, 413, 415),
  },
});

export function addSecretRoutes(app: Api, parts: ApiParts): void {
  const { secrets, sealer, audit } = parts;

  app.openapi(list, async (context) => {
    const { id } = await findEndpoint(parts, context.get('token'), context.req.valid('param').id);
    const data = (await secrets.list(id)).map(renderSecret);
    return context.json({ data, next: null }, 200);
  });

  app.openapi(add, async (context) => {
    const token = context.get('token');
    const { id } = await findEndpoint(parts, token, context.req.valid('param').id);
    const { kind, overlap_seconds } = context.req.valid('json');
    const { stored, shown } = makeStoredSecret(sealer, id, kind);
    await audit({
      actor: actorOf(token),
      action: 'endpoint.rotate_secret',
      target: id,
      detail: { kind, secret: stored.id, overlap_seconds: String(overlap_seconds) },
    });
    const added = await secrets.add(id, stored, overlap_seconds * 1_000);
    if (added === 'too_many') throw problem('too_many_secrets');
    return context.json({ ...renderSecret(present(added)), secret: shown }, 201);
  });
}
