import { secured } from '@gemini-events/access/http';
import {
  type Api,
  actorOf,
  createCursors,
  idParams,
  json,
  pageOf,
  pageQuery,
  pageSchema,
} from '@gemini-events/http-api';
import { createRoute, z } from '@hono/zod-openapi';
import { DELIVERY_STATES } from '../store/delivery-log.ts';
import {
  attemptSchema,
  deliverySchema,
  renderAttempt,
  renderDelivery,
  wholeDeliverySchema,
} from './delivery-schemas.ts';
import { findDelivery, findEndpoint } from './owned.ts';
import type { ApiParts } from './parts.ts';
import { problem, problems } from './problems.ts';

const tags = ['deliveries'];

const list = createRoute({
  method: 'get',
  path: '/v1/endpoints/{id}/deliveries',
  tags,
  ...secured('deliveries:read', 'List deliveries to an endpoint', 'The newest first.'),
  request: {
    params: idParams,
    query: z.object({
      ...pageQuery,
      state: z.enum(DELIVERY_STATES).optional(),
      type: z.string().max(200).optional(),
    }),
  },
  responses: {
    200: json(pageSchema(deliverySchema), 'A page of deliveries.'),
    ...problems(400, 404),
  },
});

const show = createRoute({
  method: 'get',
  path: '/v1/deliveries/{id}',
  tags,
  ...secured('deliveries:read', 'Look at a delivery', 'With what is sent.'),
  request: { params: idParams },
  responses: { 200: json(wholeDeliverySchema, 'The delivery.'), ...problems(404) },
});

const attempts = createRoute({
  method: 'get',
  path: '/v1/deliveries/{id}/attempts',
  tags,
  ...secured(
    'deliveries:read',
    'List the attempts of a delivery',
    'In their order. An attempt whose process ended meanwhile is missing; it was made again.',
  ),
  request: { params: idParams, query: z.object(pageQuery) },
  responses: {
    200: json(pageSchema(attemptSchema), 'A page of attempts.'),
    ...problems(400, 404),
  },
});

const resend = createRoute({
  method: 'post',
  path: '/v1/deliveries/{id}/resend',
  tags,
  ...secured(
    'deliveries:write',
    'Send again',
    'Queues the delivery anew, whatever became of it, with the same `webhook-id` and the same text.',
  ),
  request: { params: idParams },
  responses: { 202: json(deliverySchema, 'The delivery, which waits.'), ...problems(404, 409) },
});

const byId = createCursors<string>('deliveries', z.string().regex(/^[1-9]\d{0,17}$/));
const byNumber = createCursors<number>('attempts', z.int().min(1).max(2_147_483_647));

export function addDeliveryRoutes(app: Api, parts: ApiParts): void {
  const { deliveries, audit, onQueued } = parts;

  app.openapi(list, async (context) => {
    const endpoint = await findEndpoint(parts, context.get('token'), context.req.valid('param').id);
    const { limit, cursor, state, type } = context.req.valid('query');
    const rows = await deliveries.list(
      endpoint.id,
      { limit: limit + 1, after: byId.read(cursor) },
      { ...(state === undefined ? {} : { state }), ...(type === undefined ? {} : { type }) },
    );
    const how = { render: renderDelivery, cursor: ({ id }: { id: string }) => byId.write(id) };
    return context.json(pageOf(rows, limit, how), 200);
  });

  app.openapi(show, async (context) => {
    const { id } = context.req.valid('param');
    const delivery = await findDelivery(parts, context.get('token'), id);
    return context.json({ ...renderDelivery(delivery), body: delivery.body }, 200);
  });

  app.openapi(attempts, async (context) => {
    const { id } = await findDelivery(parts, context.get('token'), context.req.valid('param').id);
    const { limit, cursor } = context.req.valid('query');
    const after = byNumber.read(cursor) ?? 0;
    const page = pageOf(await deliveries.attempts(id, { limit: limit + 1, after }), limit, {
      render: renderAttempt,
      cursor: ({ number }) => byNumber.write(number),
    });
    return context.json(page, 200);
  });

  app.openapi(resend, async (context) => {
    const token = context.get('token');
    const delivery = await findDelivery(parts, token, context.req.valid('param').id);
    await audit({
      actor: actorOf(token),
      action: 'delivery.resend',
      target: delivery.id,
      detail: { endpoint: delivery.lane },
    });
    if (!(await deliveries.resend(delivery.id))) {
      const { state } = await findDelivery(parts, token, delivery.id);
      throw problem(state === 'sending' ? 'delivery_in_flight' : 'endpoint_not_active');
    }
    onQueued(delivery.lane);
    return context.json(renderDelivery(await findDelivery(parts, token, delivery.id)), 202);
  });
}
