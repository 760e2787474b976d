import { Hono, type MiddlewareHandler } from 'hono';
import { GoogleError } from '../api/google-error.ts';
import { parseStrict, readObject } from '../api/read-body.ts';
import { type Faults, faultsSchema } from './faults.ts';

/** `/simulator/faults` and `/simulator/calls`. Not part of the Gemini API. */
export function faultsApi(faults: Faults): Hono {
  const app = new Hono();
  app.put('/faults', async (context) => {
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
    await next();
  };
}

/** `GET batches`, `GET files:download` and the like: closed, whatever ids are asked for. */
function callOf(method: string, path: string): string {
  const collection = /\/(batches|interactions|files|models|webhooks)(?:\/|$)/.exec(path)?.[1];
  return `${method} ${collection ?? 'other'}${path.endsWith(':download') ? ':download' : ''}`;
}
