import type { FileSearchStore } from '../file-search/file-search.ts';
import type { ApiContext } from './context.ts';
import { notFound } from './google-error.ts';

/** @throws GoogleError 404 */
export function findStore(api: ApiContext, id: string): FileSearchStore {
  const store = api.fileSearch.store(`fileSearchStores/${id}`);
  if (store === null) throw notFound(`fileSearchStores/${id}`);
  return store;
}
