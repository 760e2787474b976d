import { secured } from '@gemini-events/access/http';
import { isBridgeError } from '@gemini-events/events';
import { type Api, actorOf, json, type Principal, present } from '@gemini-events/http-api';
import { createRoute } from '@hono/zod-openapi';
import type { Run } from '../store/run.ts';
import type { RunApiParts } from './parts.ts';
import { problem, problems } from './problems.ts';
import { renderRun, runParams, runSchema } from './run-schemas.ts';

const tags = ['runs'];

const cancel = createRoute({
  method: 'post',
  path: '/v1/runs/{id}/cancel',
  tags,
  ...secured(
    'runs:write',
    'Cancel a run',
    'Nothing further of it is begun. What it has launched goes on at Gemini.',
  ),
  request: { params: runParams },
  responses: { 200: json(runSchema, 'The run, which is cancelled.'), ...problems(404, 409) },
});

const retry = createRoute({
  method: 'post',
  path: '/v1/runs/{id}/retry',
  tags,
  ...secured(
    'runs:write',
    'Begin a run again',
    'A failed one from the step that failed, a cancelled one where it was. What was done before stays done.',
  ),
  request: { params: runParams },
  responses: { 202: json(runSchema, 'The run, which goes on.'), ...problems(404, 409) },
});

export function addRunActionRoutes(app: Api, { runs, engine, audit }: RunApiParts): void {
  const change = async (
    token: Principal,
    id: string,
    action: string,
    move: (id: string) => Promise<void>,
  ): Promise<Run> => {
    const run = present(await runs.find(id));
    await audit({ actor: actorOf(token), action, target: run.id, detail: { state: run.state } });
    try {
      await move(run.id);
    } catch (error) {
      throw await refusalOf(error, run, runs);
    }
    return present(await runs.find(run.id));
  };

  app.openapi(cancel, async (context) => {
    const { id } = context.req.valid('param');
    const run = await change(context.get('token'), id, 'run.cancel', (of) => engine.cancel(of));
    return context.json(renderRun(run), 200);
  });

  app.openapi(retry, async (context) => {
    const { id } = context.req.valid('param');
    const run = await change(context.get('token'), id, 'run.retry', (of) => engine.redrive(of));
    return context.json(renderRun(run), 202);
  });
}

async function refusalOf(error: unknown, { id }: Run, runs: RunApiParts['runs']): Promise<unknown> {
  if (!isBridgeError(error)) return error;
  if (error.code === 'ERR_RUN_UNKNOWN') return problem('not_found');
  if (error.code !== 'ERR_RUN_STATE') return error;
  // What it is now: somebody else may have been first.
  const run = await runs.find(id);
  return run === null ? problem('not_found') : problem('run_state', { state: run.state });
}
