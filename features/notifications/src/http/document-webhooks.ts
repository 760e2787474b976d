import type { Api } from '@gemini-events/http-api';
import { z } from '@hono/zod-openapi';
import { webhookPayloadSchema } from '../payload/webhook-body.ts';

// Made anew: schemas that were made before this library was loaded do not have its method.
const payloadSchema = z.strictObject(webhookPayloadSchema.shape).openapi('WebhookPayload');

const challengeSchema = z
  .strictObject({
    type: z.literal('endpoint.verification'),
    timestamp: z.string().openapi({ format: 'date-time' }),
    schema_version: z.literal(1),
    data: z.strictObject({ challenge: z.string() }),
  })
  .openapi('Challenge');

const headers = z.object({
  'webhook-id': z.string().openapi({ description: 'The same at each attempt.' }),
  'webhook-timestamp': z
    .string()
    .openapi({ description: 'Of the attempt, in seconds since 1970.' }),
  'webhook-signature': z.string().openapi({
    description: 'One `v1,…` or `v1a,…` for each valid secret, with spaces between them.',
  }),
});

/** Describes what endpoints receive. */
export function addWebhookDocs(app: Api): void {
  app.openAPIRegistry.registerWebhook({
    method: 'post',
    path: 'event',
    summary: 'Something happened',
    description:
      'Signed as Standard Webhooks 1.0.0 has it. Any 2xx is a success, 410 disables the endpoint, anything else is tried again. The same `webhook-id` may come more than once.',
    security: [],
    request: { headers, body: { content: { 'application/json': { schema: payloadSchema } } } },
    responses: { '2XX': { description: 'Taken.' }, 410: { description: 'Never again.' } },
  });
  app.openAPIRegistry.registerWebhook({
    method: 'post',
    path: 'endpoint.verification',
    summary: 'Say that this endpoint is yours',
    security: [],
    request: { headers, body: { content: { 'application/json': { schema: challengeSchema } } } },
    responses: {
      200: {
        description: 'The challenge; as text alone is fine too.',
        content: { 'application/json': { schema: z.strictObject({ challenge: z.string() }) } },
      },
    },
  });
}
