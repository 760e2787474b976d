import { secured } from '@gemini-events/access/http';
import { isBridgeError } from '@gemini-events/events';
import {
  type Api,
  actorOf,
  json,
  jsonBody,
  pageSchema,
  present,
  timeOf,
  timeSchema,
} from '@gemini-events/http-api';
import { createRoute, z } from '@hono/zod-openapi';
import type { StoredRule } from '../store/stored-rules.ts';
import type { ApiParts } from './parts.ts';
import { problem, problems } from './problems.ts';

const tags = ['rules'];

const definitionSchema = z
  .record(z.string(), z.unknown())
  .openapi({ description: 'A rule as it stands in the rules file, without its name.' });
const EXAMPLE = { when: { types: ['batch.failed'] }, slack: { channel: 'ops' } };

const ruleSchema = z
  .strictObject({
    name: z.string(),
    definition: definitionSchema,
    actor: z.string(),
    updated_at: timeSchema,
  })
  .openapi('Rule', {
    example: {
      name: 'failed-batches',
      definition: EXAMPLE,
      actor: 'token/5b0f6d1c2a3e4f50',
      updated_at: '2026-11-25T12:00:00.000Z',
    },
  });

const nameParams = z.object({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'has to be a name of letters, digits and . _ -')
    .openapi({ example: 'failed-batches' }),
});

const list = createRoute({
  method: 'get',
  path: '/v1/rules',
  tags,
  ...secured(
    'rules:read',
    'List rules',
    'All that came by the API; those of the file are not among them.',
  ),
  responses: { 200: json(pageSchema(ruleSchema), 'All of them.'), ...problems() },
});

const show = createRoute({
  method: 'get',
  path: '/v1/rules/{name}',
  tags,
  ...secured('rules:read', 'Look at a rule'),
  request: { params: nameParams },
  responses: { 200: json(ruleSchema, 'The rule.'), ...problems(400, 404) },
});

const put = createRoute({
  method: 'put',
  path: '/v1/rules/{name}',
  tags,
  ...secured(
    'rules:write',
    'Add or replace a rule',
    'A rule of the file with the same name goes first.',
  ),
  request: { params: nameParams, body: jsonBody(definitionSchema, EXAMPLE) },
  responses: { 200: json(ruleSchema, 'The rule.'), ...problems(400, 413, 415, 422) },
});

const remove = createRoute({
  method: 'delete',
  path: '/v1/rules/{name}',
  tags,
  ...secured('rules:write', 'Remove a rule'),
  request: { params: nameParams },
  responses: { 204: { description: 'It is gone.' }, ...problems(400, 404) },
});

export function addRuleRoutes(app: Api, parts: ApiParts): void {
  const { rules, readRule, audit, onRulesChanged } = parts;

  app.openapi(list, async (context) => {
    const data = (await rules.list()).map(renderRule);
    return context.json({ data, next: null }, 200);
  });

  app.openapi(show, async (context) => {
    const rule = present(await rules.find(context.req.valid('param').name));
    return context.json(renderRule(rule), 200);
  });

  app.openapi(put, async (context) => {
    const actor = actorOf(context.get('token'));
    const { name } = context.req.valid('param');
    const definition = context.req.valid('json');
    try {
      readRule(name, definition);
    } catch (error) {
      if (!isBridgeError(error, 'ERR_RULES_INVALID')) throw error;
      throw problem('rule_invalid', { detail: error.message });
    }
    await audit({ actor, action: 'rule.put', target: name, detail: {} });
    const rule = await rules.put({ name, definition, actor });
    onRulesChanged();
    return context.json(renderRule(rule), 200);
  });

  app.openapi(remove, async (context) => {
    const { name } = context.req.valid('param');
    present(await rules.find(name));
    await audit({
      actor: actorOf(context.get('token')),
      action: 'rule.remove',
      target: name,
      detail: {},
    });
    await rules.remove(name);
    onRulesChanged();
    return context.body(null, 204);
  });
}

function renderRule({ name, definition, actor, updatedAt }: StoredRule) {
  return {
    name,
    definition: definition as z.output<typeof definitionSchema>,
    actor,
    updated_at: timeOf(updatedAt),
  };
}
