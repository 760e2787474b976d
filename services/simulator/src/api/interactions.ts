import { Hono } from 'hono';
import { z } from 'zod';
import type { Job } from '../jobs/job.ts';
import { webhookOf } from './batches.ts';
import type { ApiContext } from './context.ts';
import { invalid, notFound } from './google-error.ts';
import { isObject, parseStrict, readObject } from './read-body.ts';
import { renderInteraction } from './render-interaction.ts';

const anything = z.unknown().optional();

const createSchema = z.strictObject({
  model: z
    .string()
    .regex(/^[\w./-]{1,128}$/)
    .optional(),
  agent: z
    .string()
    .regex(/^[\w./-]{1,128}$/)
    .optional(),
  input: z.union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())]),
  background: z.boolean().default(false),
  store: z.boolean().default(true),
  stream: z.literal(false, 'the simulator does not stream').optional(),
  previous_interaction_id: z.string().optional(),
  tools: z.array(z.unknown()).optional(),
  labels: z
    .record(z.string().regex(/^[a-z0-9_-]{1,63}$/), z.string().regex(/^[a-z0-9_-]{0,63}$/))
    .optional(),
  webhook_config: z
    .strictObject({
      uris: z.array(z.string()).min(1),
      user_metadata: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  system_instruction: anything,
  generation_config: anything,
  agent_config: anything,
  response_format: anything,
  response_modalities: anything,
  service_tier: anything,
  environment: anything,
  continuation_token: anything,
});
type CreateBody = z.output<typeof createSchema>;

/** Interactions: create, get, cancel, delete. snake_case, unknown keys are refused. */
export function interactions(api: ApiContext): Hono {
  const app = new Hono();
  const find = (id: string): Job => {
    const job = api.store.get('interaction', id);
    if (job === null) throw notFound(`interactions/${id}`);
    return job;
  };
  const render = (job: Job): object => renderInteraction(job, api.pointerOrigin());

  app.post('/', async (context) => {
    const body = parseStrict(createSchema, await readObject(context));
    check(api, body);
    const job = api.create(
      {
        kind: 'interaction',
        target: targetOf(body),
        previousId: body.previous_interaction_id ?? null,
        labels: body.labels ?? null,
        wantsVideo: isObject(body.response_format) && body.response_format['type'] === 'video',
        functionName: functionOf(body.tools),
        isForeground: !body.background,
        answersCall: Array.isArray(body.input) && body.input.some(isFunctionResult),
      },
      body.model ?? body.agent ?? '',
      webhookOf(api, body.webhook_config),
    );
    const echo = body.webhook_config === undefined ? {} : { webhook_config: body.webhook_config };
    return context.json({ ...render(job), ...echo });
  });
  app.get('/:id', (context) => context.json(render(find(context.req.param('id')))));
  app.post('/:id/cancel', (context) => {
    const job = find(context.req.param('id'));
    api.runner.cancel(job);
    return context.json(render(job));
  });
  app.delete('/:id', (context) => {
    api.store.remove(find(context.req.param('id')));
    return context.json({});
  });
  return app;
}

function check(api: ApiContext, body: CreateBody): void {
  if ((body.model === undefined) === (body.agent === undefined)) {
    throw invalid("Exactly one of 'model' and 'agent' is required.");
  }
  if (body.background && !body.store) throw invalid("'background' needs 'store'.");
  if (body.webhook_config !== undefined && !body.background) {
    throw invalid("'webhook_config' needs 'background: true'.");
  }
  if (body.agent?.startsWith('deep-research') === true && !body.background) {
    throw invalid(`Agent '${body.agent}' needs 'background: true'.`);
  }
  const previous = body.previous_interaction_id;
  if (previous !== undefined) {
    const job = api.store.get('interaction', previous);
    if (job === null) throw notFound(`interactions/${previous}`);
    if (job.state === 'running') throw invalid(`Interaction '${previous}' is in progress.`);
  }
}

function targetOf({ model, agent }: CreateBody): { model: string } | { agent: string } {
  return model === undefined ? { agent: agent ?? '' } : { model };
}

function functionOf(tools: readonly unknown[] | undefined): string | null {
  for (const tool of tools ?? []) {
    if (isObject(tool) && tool['type'] === 'function' && typeof tool['name'] === 'string')
      return tool['name'];
  }
  return null;
}

function isFunctionResult(step: unknown): boolean {
  return isObject(step) && step['type'] === 'function_result';
}
