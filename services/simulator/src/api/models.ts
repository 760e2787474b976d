import { Hono } from 'hono';
import { type Job, outputFile } from '../jobs/job.ts';
import { createBatch, webhookOf } from './batches.ts';
import type { ApiContext } from './context.ts';
import { invalid, notFound } from './google-error.ts';
import { field, isObject, readObject } from './read-body.ts';

const MODEL = /^[\w.-]{1,64}$/;

/** Calls under `models/`: a batch, or the video shape of Veo, which Gemini closed on 2026-10-22. */
export function models(api: ApiContext): Hono {
  const app = new Hono();
  app.post('/:call', async (context) => {
    const [model = '', method] = context.req.param('call').split(':');
    if (!MODEL.test(model)) throw invalid('Invalid model name.');
    const body = await readObject(context);
    if (method === 'batchGenerateContent') return context.json(createBatch(api, model, body));
    if (method !== 'predictLongRunning') throw notFound(`method ${method ?? ''}`);
    const instances = body['instances'];
    const first: unknown = Array.isArray(instances) ? instances[0] : undefined;
    if (!isObject(first) || typeof first['prompt'] !== 'string') {
      throw invalid('instances[0].prompt is required.');
    }
    const webhook = webhookOf(api, field(body, 'webhookConfig'));
    const job = api.create({ kind: 'video' }, `models/${model}`, webhook);
    return context.json({ name: job.name });
  });
  app.get('/:model/operations/:operation', (context) => {
    const name = `models/${context.req.param('model')}/operations/${context.req.param('operation')}`;
    const job = api.store.get('video', name);
    if (job === null) throw notFound(name);
    return context.json(renderOperation(job, api.pointerOrigin()));
  });
  return app;
}

function renderOperation(job: Job, origin: string): object {
  if (job.state === 'running') return { name: job.name };
  const file = outputFile(job);
  const generateVideoResponse =
    file === null
      ? {
          raiMediaFilteredCount: 1,
          raiMediaFilteredReasons: ['The video was held back by the simulator.'],
        }
      : {
          generatedSamples: [{ video: { uri: `${origin}/v1beta/${file}:download?alt=media` } }],
          raiMediaFilteredCount: 0,
        };
  return {
    name: job.name,
    done: true,
    response: {
      '@type': 'type.googleapis.com/google.ai.generativelanguage.v1beta.PredictLongRunningResponse',
      generateVideoResponse,
    },
  };
}
