import { Hono } from 'hono';
import type { FileSearchStore } from '../file-search/file-search.ts';
import { outputFile } from '../jobs/job.ts';
import { outputOf } from '../outputs/output.ts';
import type { ApiContext } from './context.ts';
import { customMetadataOf } from './custom-metadata.ts';
import { findStore } from './find-store.ts';
import { GoogleError, invalid, notFound } from './google-error.ts';
import { askedPage, pageOf } from './page.ts';
import { field, readObject, textField } from './read-body.ts';
import { renderIndexOperation, renderStore } from './render-file-search.ts';

const LIMITS = { usual: 10, most: 20 };
const EMBEDDING_MODEL = 'models/gemini-embedding-001';

/** File Search stores: create, get, list, delete, import of a file, operations. */
export function fileSearchStores(api: ApiContext): Hono {
  const app = new Hono();
  const find = (id: string): FileSearchStore => findStore(api, id);
  const render = (store: FileSearchStore): object => renderStore(store, api.fileSearch, api.now());
  app.post('/', async (context) => {
    const body = await readObject(context);
    const displayName = textField(body, 'displayName') ?? '';
    const embeddingModel = textField(body, 'embeddingModel') ?? EMBEDDING_MODEL;
    return context.json(render(api.fileSearch.create(displayName, embeddingModel)));
  });
  app.get('/', (context) => {
    const { items, nextToken } = pageOf(api.fileSearch.stores(), askedPage(context), LIMITS);
    return context.json({
      ...(items.length === 0 ? {} : { fileSearchStores: items.map(render) }),
      ...(nextToken === null ? {} : { nextPageToken: nextToken }),
    });
  });
  app.get('/:store', (context) => context.json(render(find(context.req.param('store')))));
  app.delete('/:store', (context) => {
    const { name } = find(context.req.param('store'));
    if (context.req.query('force') !== 'true' && api.fileSearch.documentsOf(name).length > 0) {
      const message = `Cannot delete non-empty store '${name}' without force.`;
      throw new GoogleError(400, message, 'FAILED_PRECONDITION');
    }
    api.fileSearch.deleteStore(name);
    return context.json({});
  });
  app.post('/:call', async (context) => {
    const [id = '', method] = context.req.param('call').split(':');
    if (method !== 'importFile') throw notFound(`method ${method ?? ''}`);
    const store = find(id);
    const body = await readObject(context);
    const order = {
      ...fileOf(api, textField(body, 'fileName') ?? ''),
      customMetadata: customMetadataOf(field(body, 'customMetadata')),
    };
    const operation = api.fileSearch.add(store, order, 'operations');
    return context.json(renderIndexOperation(operation, api.now()));
  });
  for (const place of ['operations', 'upload/operations']) {
    app.get(`/:store/${place}/:operation`, (context) => {
      const { store, operation: id } = context.req.param();
      const name = `fileSearchStores/${store}/${place}/${id}`;
      const operation = api.fileSearch.operation(name);
      if (operation === null) throw notFound(name);
      return context.json(renderIndexOperation(operation, api.now()));
    });
  }
  return app;
}

/** What is imported: an uploaded file, or the output of a job. */
function fileOf(api: ApiContext, name: string) {
  if (name === '') throw invalid('file_name is required.');
  const upload = api.uploads.get(name);
  if (upload !== null) {
    const { displayName, mimeType, bytes } = upload;
    return { displayName: displayName ?? idOf(name), mimeType, sizeBytes: bytes.length };
  }
  const job = api.store.ofFile(name);
  if (job === null || outputFile(job) === null) throw notFound(name);
  const { mimeType, size } = outputOf(job);
  return { displayName: idOf(name), mimeType, sizeBytes: size };
}

function idOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
