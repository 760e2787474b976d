import { randomBytes } from 'node:crypto';
import { secured } from '@gemini-events/access/http';
import {
  type Api,
  actorOf,
  idParams,
  json,
  type Principal,
  present,
} from '@gemini-events/http-api';
import { createKeyedBuckets } from '@gemini-events/http-api/limits';
import { createRoute } from '@hono/zod-openapi';
import { ownBody } from '../payload/own-body.ts';
import type { Endpoint } from '../store/endpoints.ts';
import { deliverySchema, renderDelivery } from './delivery-schemas.ts';
import { endpointSchema, renderEndpoint } from './endpoint-schemas.ts';
import { findDelivery, findEndpoint } from './owned.ts';
import type { ApiParts } from './parts.ts';
import { problem, problems } from './problems.ts';
import { challengeEndpoint } from './verify-endpoint.ts';

const MINUTE_S = 60;
const EACH_ENDPOINT = 5;
const EACH_OWNER = 20;

const tags = ['endpoints'];
const request = { params: idParams };

const verify = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/verify',
  tags,
  ...secured(
    'endpoints:write',
    'Verify an endpoint',
    `Sends a signed \`endpoint.verification\` there and waits up to 15 s for a 2xx answer that holds its \`data.challenge\`, as JSON \`{"challenge": "…"}\` or as text. It is active then. Up to ${EACH_ENDPOINT} times a minute, and ${EACH_OWNER} for all endpoints of an owner.`,
  ),
  request,
  responses: { 200: json(endpointSchema, 'It is active.'), ...problems(404, 409, 422) },
});

const test = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/test',
  tags,
  ...secured(
    'deliveries:write',
    'Send a test',
    'Queues an `endpoint.test`, which goes the way of every delivery, retries included.',
  ),
  request,
  responses: { 202: json(deliverySchema, 'The delivery, which waits.'), ...problems(404, 409) },
});

const enable = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/enable',
  tags,
  ...secured(
    'endpoints:write',
    'Enable an endpoint',
    'One that an operator disabled is enabled by operators alone.',
  ),
  request,
  responses: { 200: json(endpointSchema, 'The endpoint.'), ...problems(404, 409) },
});

const disable = createRoute({
  method: 'post',
  path: '/v1/endpoints/{id}/disable',
  tags,
  ...secured(
    'endpoints:write',
    'Disable an endpoint',
    'What waits for it is given up; `recover` brings it back once the endpoint is enabled.',
  ),
  request,
  responses: { 200: json(endpointSchema, 'The endpoint.'), ...problems(404) },
});

export function addEndpointActionRoutes(app: Api, parts: ApiParts): void {
  const { endpoints, deliveries, audit, onQueued, now } = parts;
  const perEndpoint = createKeyedBuckets({
    perSecond: EACH_ENDPOINT / MINUTE_S,
    burst: EACH_ENDPOINT,
    now,
  });
  const perOwner = createKeyedBuckets({
    perSecond: EACH_OWNER / MINUTE_S,
    burst: EACH_OWNER,
    now,
  });
  const note = (token: Principal, action: string, { id, owner }: Endpoint): Promise<void> =>
    audit({
      actor: actorOf(token),
      action: `endpoint.${action}`,
      target: id,
      detail: { owner },
    });

  app.openapi(verify, async (context) => {
    const token = context.get('token');
    const endpoint = await findEndpoint(parts, token, context.req.valid('param').id);
    if (endpoint.disabledReason === 'operator') throw problem('disabled_by_operator');
    // It makes us call somebody, so it is dear.
    const waitMs = perEndpoint.of(endpoint.id).take() || perOwner.of(endpoint.owner).take();
    if (waitMs > 0) throw problem('too_many_requests', {}, waitMs);
    const fault = await challengeEndpoint(parts, endpoint);
    if (fault !== null) throw problem('not_verified', { detail: fault });
    await note(token, 'verify', endpoint);
    const verified = await endpoints.verify(endpoint.id, endpoint.url);
    if (verified === null) {
      throw problem('not_verified', { detail: 'the endpoint was changed meanwhile' });
    }
    onQueued(endpoint.id);
    return context.json(renderEndpoint(verified), 200);
  });

  app.openapi(test, async (context) => {
    const token = context.get('token');
    const endpoint = await findEndpoint(parts, token, context.req.valid('param').id);
    if (endpoint.state !== 'active') throw problem('endpoint_not_active');
    await note(token, 'test', endpoint);
    const type = 'endpoint.test';
    const id = await deliveries.addTest(endpoint.id, {
      id: `msg_test_${randomBytes(12).toString('hex')}`,
      type,
      body: ownBody(type, now(), { endpoint: endpoint.id }),
    });
    if (id === null) throw problem('endpoint_not_active');
    onQueued(endpoint.id);
    return context.json(renderDelivery(await findDelivery(parts, token, id)), 202);
  });

  app.openapi(enable, async (context) => {
    const token = context.get('token');
    const endpoint = await findEndpoint(parts, token, context.req.valid('param').id);
    const by = token.owner === null ? 'operator' : 'owner';
    if (by === 'owner' && endpoint.disabledReason === 'operator') {
      throw problem('disabled_by_operator');
    }
    await note(token, 'enable', endpoint);
    const enabled = present(await endpoints.enable(endpoint.id, by));
    onQueued(endpoint.id);
    return context.json(renderEndpoint(enabled), 200);
  });

  app.openapi(disable, async (context) => {
    const token = context.get('token');
    const endpoint = await findEndpoint(parts, token, context.req.valid('param').id);
    await note(token, 'disable', endpoint);
    const reason = token.owner === null ? 'operator' : 'owner';
    return context.json(renderEndpoint(present(await endpoints.disable(endpoint.id, reason))), 200);
  });
}
