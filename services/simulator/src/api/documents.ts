import { Hono } from 'hono';
import type { StoredDocument } from '../file-search/file-search.ts';
import type { ApiContext } from './context.ts';
import { findStore } from './find-store.ts';
import { GoogleError, notFound } from './google-error.ts';
import { askedPage, pageOf } from './page.ts';
import { renderDocument } from './render-file-search.ts';

const LIMITS = { usual: 10, most: 20 };

/** Documents under `fileSearchStores/{store}`: list, get, delete. */
export function documents(api: ApiContext): Hono {
  const app = new Hono();
  const find = (store: string, id: string): StoredDocument => {
    const name = `fileSearchStores/${store}/documents/${id}`;
    const document = api.fileSearch.document(name);
    if (document === null) throw notFound(name);
    return document;
  };
  app.get('/:store/documents', (context) => {
    const { name } = findStore(api, context.req.param('store'));
    const { items, nextToken } = pageOf(
      api.fileSearch.documentsOf(name),
      askedPage(context),
      LIMITS,
    );
    return context.json({
      ...(items.length === 0
        ? {}
        : { documents: items.map((document) => renderDocument(document, api.now())) }),
      ...(nextToken === null ? {} : { nextPageToken: nextToken }),
    });
  });
  app.get('/:store/documents/:document', (context) => {
    const { store, document } = context.req.param();
    return context.json(renderDocument(find(store, document), api.now()));
  });
  app.delete('/:store/documents/:document', (context) => {
    const { store, document } = context.req.param();
    const { name } = find(store, document);
    if (context.req.query('force') !== 'true') {
      const message = `Cannot delete '${name}', which has chunks, without force.`;
      throw new GoogleError(400, message, 'FAILED_PRECONDITION');
    }
    api.fileSearch.deleteDocument(name);
    return context.json({});
  });
  return app;
}
