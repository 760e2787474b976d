import { Hono } from 'hono';
import type { DynamicWebhook, InputRow, Job } from '../jobs/job.ts';
import { rowAnswer } from '../scripts/row-answer.ts';
import { inputRows } from '../uploads/input-rows.ts';
import type { ApiContext } from './context.ts';
import { invalid, notFound } from './google-error.ts';
import { askedPage, pageOf } from './page.ts';
import { field, isObject, type Json, textField } from './read-body.ts';
import { renderBatch } from './render-batch.ts';

const LIMITS = { usual: 50, most: 1_000 };

/** Batches: get, list (newest first), cancel, delete. They are created under `models/`. */
export function batches(api: ApiContext): Hono {
  const app = new Hono();
  const find = (id: string): Job => {
    const job = api.store.get('batch', `batches/${id}`);
    if (job === null) throw notFound(`batches/${id}`);
    return job;
  };
  app.get('/', (context) => {
    const { items, nextToken } = pageOf(api.store.newestOf('batch'), askedPage(context), LIMITS);
    return context.json({
      ...(items.length === 0 ? {} : { operations: items.map(renderBatch) }),
      ...(nextToken === null ? {} : { nextPageToken: nextToken }),
    });
  });
  app.get('/:id', (context) => context.json(renderBatch(find(context.req.param('id')))));
  app.post('/:call', (context) => {
    const [id = '', method] = context.req.param('call').split(':');
    if (method !== 'cancel') throw notFound(`method ${method ?? ''}`);
    // Cancelling a batch that has ended changes nothing.
    api.runner.cancel(find(id));
    return context.json({});
  });
  app.delete('/:id', (context) => {
    api.store.remove(find(context.req.param('id')));
    return context.json({});
  });
  return app;
}

/** `POST models/{model}:batchGenerateContent`. */
export function createBatch(api: ApiContext, model: string, body: Json): object {
  const batch = body['batch'];
  if (!isObject(batch)) throw invalid('batch is required.');
  const input = field(batch, 'inputConfig');
  if (!isObject(input)) throw invalid('batch.input_config is required.');
  const inputFile = field(input, 'fileName');
  const inlineRows = rowsOf(input['requests']);
  if ((typeof inputFile === 'string') === inlineRows.length > 0) {
    throw invalid('batch.input_config takes either file_name or requests.');
  }
  const upload = typeof inputFile === 'string' ? api.uploads.get(inputFile) : null;
  const fileRows = upload === null ? null : inputRows(upload);
  const job = api.create(
    {
      kind: 'batch',
      displayName: textField(batch, 'displayName') ?? '',
      inputFile: typeof inputFile === 'string' ? inputFile : null,
      rows: typeof inputFile === 'string' ? fileRows : inlineRows,
    },
    `models/${model}`,
    webhookOf(api, field(batch, 'webhookConfig')),
  );
  return renderBatch(job);
}

/** `{uris, userMetadata}` of batches and videos; null where the job has none. */
export function webhookOf(api: ApiContext, config: unknown): DynamicWebhook | null {
  if (config === undefined || config === null) return null;
  const uris: unknown = isObject(config) ? config['uris'] : undefined;
  if (!Array.isArray(uris) || uris.length === 0) throw invalid('webhook_config.uris is required.');
  const checked = uris.map((uri: unknown) => {
    if (typeof uri !== 'string') throw invalid('webhook_config.uris holds no text.');
    api.checkUri(uri);
    return uri;
  });
  const metadata = isObject(config) ? field(config, 'userMetadata') : undefined;
  return { uris: checked, userMetadata: isObject(metadata) ? metadata : {} };
}

function rowsOf(requests: unknown): InputRow[] {
  const list = isObject(requests) ? requests['requests'] : undefined;
  if (!Array.isArray(list)) return [];
  return list.map((item: unknown) => {
    const metadata = isObject(item) ? item['metadata'] : undefined;
    const key = isObject(metadata) ? metadata['key'] : undefined;
    const answer = isObject(item) ? rowAnswer(item['request']) : null;
    return { key: typeof key === 'string' ? key : null, answer };
  });
}
