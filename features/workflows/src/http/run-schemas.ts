import { timeOf, timeOrNull, timeSchema } from '@gemini-events/http-api';
import { z } from '@hono/zod-openapi';
import { RUN_STATES, type Run, type StepAttempt } from '../store/run.ts';

export const runParams = z.object({
  id: z.string().openapi({
    description: 'URL-encoded: ids have slashes, each of them `%2F` in the path.',
    example: 'orders%2Fmain%2Fbatch.succeeded%2Fbatches%2Fb1',
  }),
});

const example = {
  id: 'orders/main/batch.succeeded/batches/b1',
  workflow: 'orders',
  version: 1,
  state: 'waiting' as const,
  waits_for: 'approval ap_5c1f0c4f2f5d4f0a9c3e7d61',
  outcome: null,
  error: null,
  source: 'main',
  event_id: 'evt_1',
  type: 'batch.succeeded',
  resource_id: 'batches/b1',
  redrives: 0,
  started_at: '2026-11-25T12:00:00.000Z',
  changed_at: '2026-11-25T12:00:01.200Z',
  ended_at: null,
};

const errorSchema = z.strictObject({ code: z.string(), message: z.string() });

export const runSchema = z
  .strictObject({
    id: z.string(),
    workflow: z.string(),
    version: z.int(),
    state: z.enum(RUN_STATES),
    waits_for: z
      .string()
      .nullable()
      .openapi({ description: '`job` and its name, `approval` and its id, or `timer`.' }),
    outcome: z
      .string()
      .nullable()
      .openapi({ description: 'What it came to: JSON; of a long one its beginning.' }),
    error: errorSchema.nullable(),
    source: z.string(),
    event_id: z.string(),
    type: z.string(),
    resource_id: z.string().nullable(),
    redrives: z.int().openapi({ description: 'How often it was begun again.' }),
    started_at: timeSchema,
    changed_at: timeSchema,
    ended_at: timeSchema.nullable(),
  })
  .openapi('Run', { example });

const stepSchema = z
  .strictObject({
    step: z.int().openapi({ description: 'Counted by the engine.' }),
    attempt: z.int().openapi({ description: 'From 1, over all redrives.' }),
    redrive: z.int(),
    name: z.string(),
    state: z
      .enum(['running', 'done', 'failed'])
      .openapi({ description: '`running` and another attempt after it: its process ended in it.' }),
    input: z
      .string()
      .nullable()
      .openapi({ description: 'JSON, without secrets; of a long one its beginning.' }),
    output: z.string().nullable().openapi({ description: 'As `input`.' }),
    error: errorSchema.nullable(),
    instance: z.string(),
    started_at: timeSchema,
    ended_at: timeSchema.nullable(),
  })
  .openapi('StepAttempt');

export const wholeRunSchema = z
  .strictObject({
    ...runSchema.shape,
    steps: z
      .array(stepSchema)
      .openapi({ description: 'Each attempt at each step, in the order in which they began.' }),
    more_steps: z.boolean().openapi({ description: 'There are more than the 1,000 shown.' }),
  })
  .openapi('WholeRun');

export function renderRun(run: Run): z.output<typeof runSchema> {
  return {
    id: run.id,
    workflow: run.workflow,
    version: run.version,
    state: run.state,
    waits_for: run.waitsFor,
    outcome: run.outcome,
    error: renderError(run),
    source: run.source,
    event_id: run.eventId,
    type: run.type,
    resource_id: run.resourceId,
    redrives: run.redrives,
    started_at: timeOf(run.startedAt),
    changed_at: timeOf(run.changedAt),
    ended_at: timeOrNull(run.endedAt),
  };
}

export function renderStep(attempt: StepAttempt): z.output<typeof stepSchema> {
  const { step, attempt: number, redrive, name, state, input, output, instance } = attempt;
  return {
    step,
    attempt: number,
    redrive,
    name,
    state,
    input,
    output,
    error: renderError(attempt),
    instance,
    started_at: timeOf(attempt.startedAt),
    ended_at: timeOrNull(attempt.endedAt),
  };
}

function renderError(of: Pick<Run, 'errorCode' | 'errorMessage'>) {
  return of.errorCode === null ? null : { code: of.errorCode, message: of.errorMessage ?? '' };
}
