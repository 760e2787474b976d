import { Hono } from 'hono';
import { z } from 'zod';
import { notFound } from '../api/google-error.ts';
import { parseStrict, readObject } from '../api/read-body.ts';
import { sharesSchema } from '../shares.ts';
import type { Run, RunRegistry } from './run-registry.ts';
import type { AcceptedEvent } from './tally.ts';

const count = z.number().int().min(0).max(1_000_000).default(0);

const runSchema = z.strictObject({
  jobs: z.strictObject({ batch: count, interaction: count, video: count }),
  shares: sharesSchema.partial().default({}),
  ratePerSecond: z.number().positive().optional(),
  outputBytes: z
    .number()
    .int()
    .min(1)
    .max(8 * 1024 ** 3)
    .optional(),
  seed: z.number().int().min(0).max(0xffff_ffff).optional(),
  prefix: z
    .string()
    .regex(/^[a-z0-9-]{0,16}$/, 'may hold up to 16 small letters, digits, dashes')
    .default(''),
});
export type RunRequest = z.output<typeof runSchema>;

const LINES_AT_ONCE = 500;

/** `/simulator`: starts runs of many jobs and tells how far they are. Not part of the Gemini API. */
export function controlApi(runs: RunRegistry, start: (request: RunRequest) => Run): Hono {
  const app = new Hono();
  const find = (id: string): Run => {
    const run = runs.get(id);
    if (run === null) throw notFound(`runs/${id}`);
    return run;
  };
  app.post('/runs', async (context) => {
    const { id, seed } = start(parseStrict(runSchema, await readObject(context)));
    return context.json({ id, seed }, 201);
  });
  app.get('/runs/:id', (context) => {
    const { id, seed, tally } = find(context.req.param('id'));
    return context.json({ id, seed, ...tally.snapshot() });
  });
  app.get('/runs/:id/accepted', (context) => {
    const { accepted } = find(context.req.param('id')).tally;
    return new Response(linesOf(accepted), { headers: { 'content-type': 'application/jsonl' } });
  });
  return app;
}

/** What was acknowledged up to now: `{webhook_id, kind, type, resource_id}` per line. */
function linesOf(accepted: readonly AcceptedEvent[]): ReadableStream<Uint8Array> {
  const end = accepted.length;
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= end) {
        controller.close();
        return;
      }
      const next = Math.min(end, at + LINES_AT_ONCE);
      const lines = accepted
        .slice(at, next)
        .map(
          ({ webhookId, kind, type, resourceId }) =>
            `${JSON.stringify({ webhook_id: webhookId, kind, type, resource_id: resourceId })}\n`,
        );
      at = next;
      controller.enqueue(Buffer.from(lines.join('')));
    },
  });
}
