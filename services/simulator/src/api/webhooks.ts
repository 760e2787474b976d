import { Hono } from 'hono';
import { z } from 'zod';
import { newSecret, SUBSCRIBABLE, type Webhook } from '../webhooks/webhook-registry.ts';
import type { ApiContext } from './context.ts';
import { notFound } from './google-error.ts';
import { pageOf } from './page.ts';
import { parseStrict, readObject } from './read-body.ts';

const LIMITS = { usual: 50, most: 1_000 };

const createSchema = z.strictObject({
  name: z.string().default(''),
  uri: z.string(),
  subscribed_events: z.array(z.enum(SUBSCRIBABLE)).min(1),
});

const updateSchema = createSchema
  .partial()
  .extend({ name: z.string().optional(), state: z.enum(['enabled', 'disabled']).optional() });

/** The SDK sends lower case, the docs' samples upper case. */
const rotateSchema = z.strictObject({
  revocation_behavior: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['revoke_previous_secrets_after_h24', 'revoke_previous_secrets_immediately']))
    .default('revoke_previous_secrets_after_h24'),
});

/** The webhooks resource. The full secret is shown by create and rotate, once. */
export function webhooks(api: ApiContext): Hono {
  const app = new Hono();
  const registry = api.webhooks;
  const find = (id: string): Webhook => {
    const webhook = registry.get(id);
    if (webhook === null) throw notFound(`webhooks/${id}`);
    return webhook;
  };
  const render = (webhook: Webhook): object => ({
    id: webhook.id,
    name: webhook.name,
    uri: webhook.uri,
    subscribed_events: webhook.events,
    state: webhook.state,
    signing_secrets: registry.validSecrets(webhook).map(({ truncated, expiresAt }) => ({
      truncated_secret: truncated,
      ...(expiresAt === null ? {} : { expire_time: new Date(expiresAt).toISOString() }),
    })),
  });
  const rotate = (id: string, body: object): object => {
    const { revocation_behavior } = parseStrict(rotateSchema, body);
    const webhook = find(id);
    const { secret, key } = newSecret();
    registry.rotate(
      webhook,
      secret,
      key,
      revocation_behavior === 'revoke_previous_secrets_immediately',
    );
    return { secret };
  };

  app.post('/', async (context) => {
    const body = parseStrict(createSchema, await readObject(context));
    api.checkUri(body.uri);
    const { secret, key } = newSecret();
    const webhook = registry.add({ ...body, events: body.subscribed_events, secret, key });
    return context.json({ ...render(webhook), new_signing_secret: secret });
  });
  app.get('/', (context) => {
    const asked = { size: context.req.query('page_size'), token: context.req.query('page_token') };
    const { items, nextToken } = pageOf(registry.all(), asked, LIMITS);
    return context.json({
      ...(items.length === 0 ? {} : { webhooks: items.map(render) }),
      ...(nextToken === null ? {} : { next_page_token: nextToken }),
    });
  });
  app.get('/:id', (context) => context.json(render(find(context.req.param('id')))));
  app.patch('/:id', async (context) => {
    const webhook = find(context.req.param('id'));
    const body = parseStrict(updateSchema, await readObject(context));
    if (body.uri !== undefined) api.checkUri(body.uri);
    webhook.name = body.name ?? webhook.name;
    webhook.uri = body.uri ?? webhook.uri;
    webhook.events = body.subscribed_events ?? webhook.events;
    webhook.state = body.state ?? webhook.state;
    return context.json(render(webhook));
  });
  app.delete('/:id', (context) => {
    registry.delete(find(context.req.param('id')).id);
    return context.json({});
  });
  app.post('/:call', async (context) => {
    const [id = '', method] = context.req.param('call').split(':');
    if (method === 'rotateSigningSecret')
      return context.json(rotate(id, await readObject(context)));
    if (method !== 'ping') throw notFound(`method ${method ?? ''}`);
    api.ping(find(id).id);
    return context.json({});
  });
  app.post('/:id/rotate_secret', async (context) =>
    context.json(rotate(context.req.param('id'), await readObject(context))),
  );
  return app;
}
