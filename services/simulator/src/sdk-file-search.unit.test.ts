import {
  GoogleGenAI,
  ImportFileOperation,
  type UploadToFileSearchStoreOperation,
} from '@google/genai';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openServed, type Served, SOON } from './testing/served.ts';

describe.each(['v1', 'v1beta'])("File Search with Google's own SDK on %s", (apiVersion) => {
  let opened: Served;
  let sdk: GoogleGenAI;
  beforeEach(async () => {
    opened = await openServed(apiVersion, { indexingMs: 600 });
    sdk = new GoogleGenAI(opened.sdkOptions);
  });
  afterEach(() => opened.close());

  const text = () => new Blob(['A report.'], { type: 'text/markdown' });
  const createStore = async (): Promise<string> =>
    (await sdk.fileSearchStores.create({ config: { displayName: 'My docs' } })).name ?? '';
  /** The document's name, once the operation is done. */
  const documentOf = (operation: ImportFileOperation | UploadToFileSearchStoreOperation) =>
    vi.waitFor(async () => {
      const { done, response } = await sdk.operations.get<
        { documentName?: string },
        ImportFileOperation | UploadToFileSearchStoreOperation
      >({ operation });
      expect(done).toBe(true);
      return response?.documentName ?? '';
    }, SOON);
  const documentsOf = async (parent: string) => {
    const documents = [];
    for await (const each of await sdk.fileSearchStores.documents.list({ parent })) {
      documents.push(each);
    }
    return documents;
  };

  it('imports a file, whose document is pending first and then active', async () => {
    const store = await createStore();
    const uploaded = await sdk.files.upload({ file: text(), config: { displayName: 'report.md' } });
    const customMetadata = [{ key: 'job', stringValue: 'b1' }];
    const operation = await sdk.fileSearchStores.importFile({
      fileSearchStoreName: store,
      fileName: uploaded.name ?? '',
      config: { customMetadata },
    });
    expect(operation.done).toBeUndefined();
    expect(await documentsOf(store)).toMatchObject([
      { state: 'STATE_PENDING', displayName: 'report.md' },
    ]);
    const asked = new ImportFileOperation();
    asked.name = operation.name ?? '';
    const name = await documentOf(asked);
    await vi.waitFor(async () => {
      expect(await sdk.fileSearchStores.documents.get({ name })).toMatchObject({
        state: 'STATE_ACTIVE',
        mimeType: 'text/markdown',
        sizeBytes: '9',
        customMetadata,
      });
    }, SOON);
    expect(await sdk.fileSearchStores.get({ name: store })).toMatchObject({
      displayName: 'My docs',
      activeDocumentsCount: '1',
      pendingDocumentsCount: '0',
      sizeBytes: '9',
    });
  });

  it('takes a document directly, and finds its operation', async () => {
    const store = await createStore();
    const operation = await sdk.fileSearchStores.uploadToFileSearchStore({
      fileSearchStoreName: store,
      file: text(),
      config: { displayName: 'direct', customMetadata: [{ key: 'year', numericValue: 2026 }] },
    });
    const name = await documentOf(operation);
    expect(await documentsOf(store)).toMatchObject([
      { name, displayName: 'direct', customMetadata: [{ numericValue: 2026 }] },
    ]);
  });

  it('deletes a document, and a store with what is in it by force only', async () => {
    const store = await createStore();
    const upload = () =>
      sdk.fileSearchStores.uploadToFileSearchStore({ fileSearchStoreName: store, file: text() });
    await upload();
    await upload();
    const [first] = await documentsOf(store);
    await sdk.fileSearchStores.documents.delete({
      name: first?.name ?? '',
      config: { force: true },
    });
    expect(await documentsOf(store)).toHaveLength(1);
    await expect(sdk.fileSearchStores.delete({ name: store })).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('FAILED_PRECONDITION') as string,
    });
    await sdk.fileSearchStores.delete({ name: store, config: { force: true } });
    await expect(sdk.fileSearchStores.get({ name: store })).rejects.toMatchObject({ status: 404 });
  });
});
