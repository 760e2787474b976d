import { secured } from '@gemini-events/access/http';
import { runIdSchema } from '@gemini-events/approvals/http';
import {
  type Api,
  createCursors,
  json,
  pageOf,
  pageQuery,
  pageSchema,
  present,
} from '@gemini-events/http-api';
import { createRoute, z } from '@hono/zod-openapi';
import { RUN_STATES } from '../store/run.ts';
import type { RunApiParts } from './parts.ts';
import { problems } from './problems.ts';
import { renderRun, renderStep, runParams, runSchema, wholeRunSchema } from './run-schemas.ts';

const tags = ['runs'];
const MOST_STEPS = 1_000;

const list = createRoute({
  method: 'get',
  path: '/v1/runs',
  tags,
  ...secured('runs:read', 'List runs', 'The newest first.'),
  request: {
    query: z.object({
      ...pageQuery,
      // The place of a run holds its id, and that may be long.
      cursor: z
        .string()
        .max(8_000)
        .optional()
        .openapi({ description: 'The `next` of the page before; without it the first page.' }),
      state: z.enum(RUN_STATES).optional(),
      workflow: z
        .string()
        .regex(/^[a-z0-9-]{1,48}$/, 'has to be the name of a workflow')
        .optional(),
      resource: z
        .string()
        .min(1)
        .max(2_700)
        .optional()
        .openapi({ description: 'Name of the job whose event began the run.' }),
    }),
  },
  responses: { 200: json(pageSchema(runSchema), 'A page of runs.'), ...problems(400) },
});

const show = createRoute({
  method: 'get',
  path: '/v1/runs/{id}',
  tags,
  ...secured('runs:read', 'Look at a run', 'With its time line.'),
  request: { params: runParams },
  responses: { 200: json(wholeRunSchema, 'The run.'), ...problems(404) },
});

const cursors = createCursors<{ startedAt: number; id: string }>(
  'runs',
  z.strictObject({
    startedAt: z.int().min(0),
    // Postgres takes no NUL.
    id: runIdSchema.refine((id) => !id.includes('\0')),
  }),
);

export function addRunRoutes(app: Api, { runs, journal }: RunApiParts): void {
  app.openapi(list, async (context) => {
    const { limit, cursor, state, workflow, resource } = context.req.valid('query');
    const rows = await runs.list({
      workflow,
      states: state === undefined ? undefined : [state],
      resourceId: resource,
      before: cursors.read(cursor) ?? undefined,
      limit: limit + 1,
    });
    const page = pageOf(rows, limit, {
      render: renderRun,
      cursor: ({ startedAt, id }) => cursors.write({ startedAt, id }),
    });
    return context.json(page, 200);
  });

  app.openapi(show, async (context) => {
    const run = present(await runs.find(context.req.valid('param').id));
    const attempts = await journal.of(run.id, MOST_STEPS + 1);
    const steps = attempts.slice(0, MOST_STEPS).map(renderStep);
    const whole = { ...renderRun(run), steps, more_steps: attempts.length > MOST_STEPS };
    return context.json(whole, 200);
  });
}
