import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type OpenSimulator, openSimulator } from '../testing/fixtures.ts';

interface Named {
  readonly name: string;
}
interface Documents {
  readonly documents?: readonly (Named & { readonly state: string })[];
  readonly nextPageToken?: string;
}

describe('File Search stores', () => {
  const base = '/v1beta/fileSearchStores';
  let call: OpenSimulator['call'];
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    ({ call } = openSimulator());
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const create = async (displayName = 'docs'): Promise<string> =>
    (await call<Named>('POST', base, { displayName })).body.name;
  /** The output of a batch, which can be imported as an uploaded file can. */
  const output = async (): Promise<string> => {
    const body = { batch: { inputConfig: { fileName: 'files/in' } } };
    const made = await call<Named>('POST', '/v1/models/m:batchGenerateContent', body);
    vi.advanceTimersByTime(1_000);
    return made.body.name.replace('batches/', 'files/batch-');
  };
  const importFile = (store: string, body: object) =>
    call<Named & { readonly done?: boolean }>('POST', `/v1beta/${store}:importFile`, body);
  const documentsOf = async (store: string, query = ''): Promise<Documents> =>
    (await call<Documents>('GET', `/v1beta/${store}/documents${query}`)).body;

  it('are two where they are created twice, with ids made from their name', async () => {
    const names = [await create('My Docs!'), await create('My Docs!')];
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^fileSearchStores\/my-docs-[a-z0-9]{12}$/);
    const long = await create('x'.repeat(100));
    expect(long.slice('fileSearchStores/'.length)).toHaveLength(40);
    const { body } = await call<{ fileSearchStores: Named[] }>('GET', base);
    expect(body.fileSearchStores.map(({ name }) => name)).toEqual([...names, long]);
    expect((await call('GET', `/v1beta/${names[0] ?? ''}`)).body).toMatchObject({
      displayName: 'My Docs!',
      activeDocumentsCount: '0',
      embeddingModel: 'models/gemini-embedding-001',
    });
  });

  it('hold a file twice that is imported twice, pending until it is indexed', async () => {
    const store = await create();
    const fileName = await output();
    const operation = (await importFile(store, { file_name: fileName })).body;
    await importFile(store, { fileName });
    expect(operation).toEqual({ name: expect.stringContaining(`${store}/operations/`) as string });
    const { documents = [] } = await documentsOf(store);
    expect(documents.map(({ state }) => state)).toEqual(['STATE_PENDING', 'STATE_PENDING']);
    vi.advanceTimersByTime(500);
    expect((await call('GET', `/v1beta/${operation.name}`)).body).toEqual({
      name: operation.name,
      done: true,
      response: { parent: store, documentName: documents[0]?.name },
    });
    expect((await documentsOf(store)).documents?.[0]?.state).toBe('STATE_PENDING');
    vi.advanceTimersByTime(500);
    const first = await documentsOf(store, '?pageSize=1');
    const second = await documentsOf(store, `?pageSize=1&pageToken=${first.nextPageToken ?? ''}`);
    expect([...(first.documents ?? []), ...(second.documents ?? [])]).toMatchObject([
      { name: documents[0]?.name, state: 'STATE_ACTIVE', sizeBytes: '2048' },
      { name: documents[1]?.name, state: 'STATE_ACTIVE', mimeType: 'application/jsonl' },
    ]);
  });

  it('import no file that is not there', async () => {
    const store = await create();
    expect((await importFile(store, { fileName: 'files/none' })).status).toBe(404);
    expect((await importFile(store, {})).status).toBe(400);
    expect(await documentsOf(store)).toEqual({});
  });

  it.each([
    [[{ key: 'a' }], 'exactly one of'],
    [[{ key: 'a', stringValue: 'x', numericValue: 1 }], 'exactly one of'],
    [[{ stringValue: 'x' }], 'customMetadata.0.key'],
    [Array.from({ length: 21 }, () => ({ key: 'a', stringValue: 'x' })), 'customMetadata'],
    ['job=b1', 'customMetadata'],
  ])('refuse the metadata %j', async (customMetadata, words) => {
    const answer = await importFile(await create(), { fileName: await output(), customMetadata });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining(words) as string } },
    });
  });

  it('give up a document by force only, and nothing of it stays', async () => {
    const store = await create();
    const customMetadata = [{ key: 'tags', stringListValue: { values: ['a'] } }];
    await importFile(store, { fileName: await output(), customMetadata });
    const { documents = [] } = await documentsOf(store);
    expect(documents).toMatchObject([{ customMetadata }]);
    const path = `/v1beta/${documents[0]?.name ?? ''}`;
    expect((await call('DELETE', path)).status).toBe(400);
    expect(await call('DELETE', `${path}?force=true`)).toMatchObject({ status: 200, body: {} });
    expect((await call('GET', path)).status).toBe(404);
    expect(await call('DELETE', `/v1beta/${store}`)).toMatchObject({ status: 200, body: {} });
  });

  it('do not know a store, a document, an operation or a method that nobody made', async () => {
    const store = await create();
    const unknown: [string, string][] = [
      ['GET', `${base}/none`],
      ['DELETE', `${base}/none`],
      ['GET', `${base}/none/documents`],
      ['POST', `${base}/none:importFile`],
      ['GET', `/v1beta/${store}/documents/none`],
      ['GET', `/v1beta/${store}/operations/none`],
      ['GET', `/v1beta/${store}/upload/operations/none`],
      ['POST', `/v1beta/${store}:what`],
      ['POST', '/upload/v1beta/fileSearchStores/none:uploadToFileSearchStore'],
      ['POST', `/upload/v1beta/${store}:what`],
    ];
    const statuses = await Promise.all(unknown.map(async (order) => (await call(...order)).status));
    expect(statuses).toEqual(unknown.map(() => 404));
  });
});
