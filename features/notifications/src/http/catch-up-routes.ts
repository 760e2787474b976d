import { secured } from '@gemini-events/access/http';
import {
  type Api,
  actorOf,
  idParams,
  json,
  jsonBody,
  momentSchema,
  type Principal,
  timeOf,
} from '@gemini-events/http-api';
import { createRoute, z } from '@hono/zod-openapi';
import type { Queued } from '../store/delivery-log.ts';
import type { Endpoint } from '../store/endpoints.ts';
import { findEndpoint } from './owned.ts';
import type { ApiParts } from './parts.ts';
import { problem, problems } from './problems.ts';
import { queuedSchema } from './shared-schemas.ts';

const tags = ['deliveries'];

const recover = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/recover',
  tags,
  ...secured(
    'deliveries:write',
    'Send again what has failed since',
    'Queues all deliveries that were given up at that time or later. 10,000 at a time: while `more` is true, call again.',
  ),
  request: {
    params: idParams,
    body: jsonBody(z.strictObject({ since: momentSchema }).openapi('Recovery'), {
      since: '2026-11-25T12:00:00Z',
    }),
  },
  responses: {
    202: json(queuedSchema, 'How many were queued.'),
    ...problems(400, 404, 409, 413, 415),
  },
});

const missing = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/replay-missing',
  tags,
  ...secured(
    'deliveries:write',
    'Send what it was never to get',
    'Queues messages of those times that the endpoint wants and that were never queued for it, because it was not there or not active. 10,000 at a time: while `more` is true, call again.',
  ),
  request: {
    params: idParams,
    body: jsonBody(
      z
        .strictObject({
          since: momentSchema,
          until: momentSchema.optional().openapi({ description: 'Without it: now.' }),
        })
        .openapi('MissingTimes'),
      { since: '2026-11-25T12:00:00Z', until: '2026-11-25T18:00:00Z' },
    ),
  },
  responses: {
    202: json(queuedSchema, 'How many were queued.'),
    ...problems(400, 404, 409, 413, 415),
  },
});

export function addCatchUpRoutes(app: Api, parts: ApiParts): void {
  const { deliveries, audit, onQueued, now } = parts;
  const activeOne = async (token: Principal, id: string): Promise<Endpoint> => {
    const endpoint = await findEndpoint(parts, token, id);
    if (endpoint.state !== 'active') throw problem('endpoint_not_active');
    return endpoint;
  };
  const answerOf = ({ id }: Endpoint, { count, more }: Queued) => {
    if (count > 0) onQueued(id);
    return { queued: count, more };
  };

  app.openapi(recover, async (context) => {
    const token = context.get('token');
    const endpoint = await activeOne(token, context.req.valid('param').id);
    const { since } = context.req.valid('json');
    await audit({
      actor: actorOf(token),
      action: 'endpoint.recover',
      target: endpoint.id,
      detail: { since: timeOf(since) },
    });
    const queued = await deliveries.recover(endpoint.id, since);
    return context.json(answerOf(endpoint, queued), 202);
  });

  app.openapi(missing, async (context) => {
    const token = context.get('token');
    const endpoint = await activeOne(token, context.req.valid('param').id);
    const { since, until = now() } = context.req.valid('json');
    await audit({
      actor: actorOf(token),
      action: 'endpoint.replay_missing',
      target: endpoint.id,
      detail: { since: timeOf(since), until: timeOf(until) },
    });
    const queued = await deliveries.replayMissing(endpoint.id, { since, until });
    return context.json(answerOf(endpoint, queued), 202);
  });
}
