import { BoundedMap } from '../util/bounded-map.ts';
import { randomId } from '../util/ids.ts';
import { storeId } from './store-id.ts';

const MAX_STORES = 1_000;
const MAX_DOCUMENTS = 20_000;

export interface FileSearchStore {
  /** `fileSearchStores/<id>` */
  readonly name: string;
  readonly displayName: string;
  readonly embeddingModel: string;
  readonly createdAt: number;
}

/** What the client says of a document. */
export interface DocumentOrder {
  readonly displayName: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
  readonly customMetadata: readonly object[];
}

export interface StoredDocument extends DocumentOrder {
  /** `fileSearchStores/<id>/documents/<id>` */
  readonly name: string;
  readonly store: string;
  readonly createdAt: number;
  /** Pending before. */
  readonly activeAt: number;
}

/** The operation that an import or an upload answers with. */
export interface IndexOperation {
  readonly name: string;
  readonly store: string;
  readonly documentName: string;
  readonly doneAt: number;
}

/** File Search stores in memory; of a document nothing is kept but its description. */
export class FileSearch {
  readonly #now: () => number;
  readonly #indexingMs: number;
  readonly #stores = new BoundedMap<FileSearchStore>(MAX_STORES);
  readonly #documents = new BoundedMap<StoredDocument>(MAX_DOCUMENTS);
  readonly #operations = new BoundedMap<IndexOperation>(MAX_DOCUMENTS);

  constructor(options: { readonly now: () => number; readonly indexingMs: number }) {
    this.#now = options.now;
    this.#indexingMs = options.indexingMs;
  }

  /** Creating twice gives two stores, also under one display name. */
  create(displayName: string, embeddingModel: string): FileSearchStore {
    const name = `fileSearchStores/${storeId(displayName)}`;
    const store = { name, displayName, embeddingModel, createdAt: this.#now() };
    this.#stores.set(name, store);
    return store;
  }

  store(name: string): FileSearchStore | null {
    return this.#stores.get(name);
  }

  stores(): Iterable<FileSearchStore> {
    return this.#stores.values();
  }

  deleteStore(name: string): void {
    for (const document of this.documentsOf(name)) this.deleteDocument(document.name);
    this.#stores.delete(name);
  }

  /**
   * Adding the same file twice gives two documents.
   * @param place where the operation is found: `operations` of an import, `upload/operations`
   */
  add(
    store: FileSearchStore,
    order: DocumentOrder,
    place: 'operations' | 'upload/operations',
  ): IndexOperation {
    const createdAt = this.#now();
    const document = {
      ...order,
      name: `${store.name}/documents/${storeId(order.displayName)}`,
      store: store.name,
      createdAt,
      activeAt: createdAt + this.#indexingMs,
    };
    this.#documents.set(document.name, document);
    const operation = {
      name: `${store.name}/${place}/${randomId(16)}`,
      store: store.name,
      documentName: document.name,
      // An operation that is done says nothing yet of the document: that is pending for longer.
      doneAt: createdAt + Math.floor(this.#indexingMs / 2),
    };
    this.#operations.set(operation.name, operation);
    return operation;
  }

  document(name: string): StoredDocument | null {
    return this.#documents.get(name);
  }

  documentsOf(store: string): StoredDocument[] {
    return [...this.#documents.values()].filter((document) => document.store === store);
  }

  deleteDocument(name: string): void {
    this.#documents.delete(name);
  }

  operation(name: string): IndexOperation | null {
    return this.#operations.get(name);
  }
}
