import { type Context, Hono } from 'hono';
import type { FileSearchStore } from '../file-search/file-search.ts';
import type { Received } from '../uploads/session.ts';
import type { ApiContext } from './context.ts';
import { customMetadataOf } from './custom-metadata.ts';
import { findStore } from './find-store.ts';
import { notFound } from './google-error.ts';
import { field, textField } from './read-body.ts';
import { renderIndexOperation } from './render-file-search.ts';
import { resumable } from './resumable.ts';

/** `/upload/{version}/fileSearchStores/{store}:uploadToFileSearchStore`: a document comes in. */
export function storeUploads(api: ApiContext): Hono {
  const app = new Hono();
  const finish = (context: Context, received: Received): object => {
    const { head, mimeType, fileName, bytes } = received;
    const order = {
      displayName: textField(head, 'displayName') ?? fileName ?? '',
      mimeType: textField(head, 'mimeType') ?? mimeType,
      sizeBytes: bytes.length,
      customMetadata: customMetadataOf(field(head, 'customMetadata')),
    };
    const operation = api.fileSearch.add(storeOf(api, context), order, 'upload/operations');
    return renderIndexOperation(operation, api.now());
  };
  const upload = resumable(api.sessions, finish);
  app.post('/:call', (context) => {
    storeOf(api, context);
    return upload(context);
  });
  return app;
}

function storeOf(api: ApiContext, context: Context): FileSearchStore {
  const [id = '', method] = (context.req.param('call') ?? '').split(':');
  if (method !== 'uploadToFileSearchStore') throw notFound(`method ${method ?? ''}`);
  return findStore(api, id);
}
