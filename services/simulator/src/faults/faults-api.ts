import { setTimeout } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { answerError, GoogleError } from '../api/google-error.ts';
import { parseStrict, readObject } from '../api/read-body.ts';
import { breakConnection } from './break-connection.ts';
import { type CreateFault, type Faults, faultsSchema } from './faults.ts';

/**
 * `/simulator/faults`, set as a whole by PUT or POST, and `/simulator/calls`. Not part of the Gemini API.
 */
export function faultsApi(faults: Faults): Hono {
  const app = new Hono();
  app.on(['PUT', 'POST'], '/faults', async (context) => {
    faults.set(parseStrict(faultsSchema, await readObject(context)));
    return context.json(faults.left());
  });
  app.get('/faults', (context) => context.json(faults.left()));
  app.get('/calls', (context) => context.json(faults.counts()));
  return app;
}

/** Counts the calls of the API by what they ask for, and answers some of them wrongly on purpose. */
export function withFaults(faults: Faults): MiddlewareHandler {
  return async (context, next) => {
    const { pathname, search } = new URL(context.req.url);
    faults.count(callOf(context.req.method, pathname));
    const answer = faults.answerFor(pathname + search);
    if (answer !== null) {
      const { status, retryAfterSeconds } = answer;
      if (retryAfterSeconds !== undefined) context.header('retry-after', String(retryAfterSeconds));
      throw new GoogleError(status, 'A fault that was asked for.');
    }
    const fault = faults.createFaultFor(context.req.method, pathname);
    if (fault === null) await next();
    else await goWrong(context, next, fault);
  };
}

/** Lets a create come to what was asked for; what the API itself refuses stays refused. */
async function goWrong(
  context: Context,
  next: () => Promise<void>,
  { outcome, delayMs }: CreateFault,
): Promise<void> {
  if (outcome !== 'not_made_503') await next();
  // Without a hold on the process: a simulator that is closed does not wait for it.
  if (delayMs > 0) await setTimeout(delayMs, undefined, { ref: false });
  const isMade = outcome !== 'not_made_503' && context.res.ok;
  if (outcome === 'not_made_503' || (outcome === 'made_503' && isMade)) {
    context.res = answerError(context, new GoogleError(503, 'A fault that was asked for.'));
  }
  if (outcome !== 'made_cut' || !isMade) return;
  const error = breakConnection(context);
  if (error !== null) throw error;
  context.res = RESPONSE_ALREADY_SENT;
}

/** `GET batches`, `GET files:download` and the like: closed, whatever ids are asked for. */
function callOf(method: string, path: string): string {
  const collection = /\/(batches|interactions|files|fileSearchStores|models|webhooks)(?:\/|$)/.exec(
    path,
  )?.[1];
  return `${method} ${collection ?? 'other'}${path.endsWith(':download') ? ':download' : ''}`;
}
