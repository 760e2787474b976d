import type {
  FileSearch,
  FileSearchStore,
  IndexOperation,
  StoredDocument,
} from '../file-search/file-search.ts';

/** int64 as strings; zero ones are there, unlike those of batches. */
export function renderStore(
  { name, displayName, embeddingModel, createdAt }: FileSearchStore,
  fileSearch: FileSearch,
  nowMs: number,
): object {
  const documents = fileSearch.documentsOf(name);
  const active = documents.filter(({ activeAt }) => activeAt <= nowMs);
  const sizeBytes = documents.reduce((sum, document) => sum + document.sizeBytes, 0);
  const time = new Date(createdAt).toISOString();
  return {
    name,
    displayName,
    createTime: time,
    updateTime: time,
    activeDocumentsCount: String(active.length),
    pendingDocumentsCount: String(documents.length - active.length),
    failedDocumentsCount: '0',
    sizeBytes: String(sizeBytes),
    embeddingModel,
  };
}

export function renderDocument(document: StoredDocument, nowMs: number): object {
  const { name, displayName, mimeType, sizeBytes, customMetadata, createdAt, activeAt } = document;
  return {
    name,
    displayName,
    state: activeAt <= nowMs ? 'STATE_ACTIVE' : 'STATE_PENDING',
    sizeBytes: String(sizeBytes),
    mimeType,
    ...(customMetadata.length === 0 ? {} : { customMetadata }),
    createTime: new Date(createdAt).toISOString(),
    updateTime: new Date(Math.min(activeAt, nowMs)).toISOString(),
  };
}

export function renderIndexOperation(operation: IndexOperation, nowMs: number): object {
  const { name, store, documentName, doneAt } = operation;
  if (doneAt > nowMs) return { name };
  return { name, done: true, response: { parent: store, documentName } };
}
