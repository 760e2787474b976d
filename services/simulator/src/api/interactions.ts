import { Hono } from 'hono';
import type { Job } from '../jobs/job.ts';
import { pendingCalls } from '../jobs/pending-calls.ts';
import { webhookOf } from './batches.ts';
import type { ApiContext } from './context.ts';
import { checkResults } from './function-results.ts';
import { invalid, notFound } from './google-error.ts';
import { inputSteps } from './input-steps.ts';
import { checkBody, createSchema, requestOf } from './interaction-body.ts';
import { type Json, parseStrict, readObject } from './read-body.ts';
import { renderInteraction } from './render-interaction.ts';

/** Interactions: create, get, cancel, delete. snake_case, unknown keys are refused. */
export function interactions(api: ApiContext): Hono {
  const app = new Hono();
  const find = (id: string): Job => {
    const job = api.store.get('interaction', id);
    if (job === null) throw notFound(`interactions/${id}`);
    return job;
  };
  const render = (job: Job, input: readonly Json[] = []): object =>
    renderInteraction(job, api.pointerOrigin(), input);

  app.post('/', async (context) => {
    const body = parseStrict(createSchema, await readObject(context));
    checkBody(body);
    const { previous_interaction_id: previousId } = body;
    const previous = previousId === undefined ? null : find(previousId);
    if (previous?.state === 'running') {
      throw invalid(`Interaction '${previous.name}' is in progress.`);
    }
    const steps = inputSteps(body.input);
    const pending = previous === null ? [] : pendingCalls(previous);
    // Answering twice is not refused: each answer starts a run that is paid for (hazard 26).
    checkResults(
      steps,
      pending.map(({ id }) => id),
    );
    const request = requestOf(body, steps, previous);
    const webhook = webhookOf(api, body.webhook_config);
    const job = api.create(request, body.model ?? body.agent ?? '', webhook);
    api.inputs.set(job.name, steps, JSON.stringify(steps).length);
    const echo = body.webhook_config === undefined ? {} : { webhook_config: body.webhook_config };
    return context.json({ ...render(job), ...echo });
  });
  app.get('/:id', (context) => {
    const job = find(context.req.param('id'));
    const withInput = context.req.query('include_input') === 'true';
    return context.json(render(job, withInput ? (api.inputs.get(job.name) ?? []) : []));
  });
  app.post('/:id/cancel', (context) => {
    const job = find(context.req.param('id'));
    api.runner.cancel(job);
    return context.json(render(job));
  });
  app.delete('/:id', (context) => {
    const job = find(context.req.param('id'));
    api.store.remove(job);
    api.inputs.delete(job.name);
    return context.json({});
  });
  return app;
}
