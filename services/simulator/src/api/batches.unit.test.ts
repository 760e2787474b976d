import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_TROUBLE, type OpenSimulator, openSimulator } from '../testing/fixtures.ts';

interface Operation {
  readonly name: string;
  readonly done?: boolean;
  readonly metadata: {
    readonly displayName: string;
    readonly state: string;
    readonly batchStats: object;
    readonly output?: {
      readonly responsesFile?: string;
      readonly inlinedResponses?: { readonly inlinedResponses: readonly object[] };
    };
  };
  readonly response?: object;
  readonly error?: object;
}

const byFile = { displayName: 'n', inputConfig: { fileName: 'files/in' } };
const inline = {
  inputConfig: {
    requests: {
      requests: [
        { request: {}, metadata: { key: 'k1' } },
        { request: {}, metadata: { key: 'k2' } },
        { request: {} },
      ],
    },
  },
};

describe.each(['v1', 'v1beta'])('batches under /%s', (version) => {
  let call: OpenSimulator['call'];
  const post = (batch: unknown, method = 'batchGenerateContent') =>
    call<Operation>('POST', `/${version}/models/gemini-3.8-flash:${method}`, { batch });
  const create = async (batch: unknown): Promise<Operation> => (await post(batch)).body;
  const get = async (name: string): Promise<Operation> =>
    (await call<Operation>('GET', `/${version}/${name}`)).body;
  const end = (): unknown => vi.advanceTimersByTime(1_000);

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    ({ call } = openSimulator());
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('run for a while and then have their output file, in both places that are read', async () => {
    const created = await create(byFile);
    const { name } = created;
    expect(name).toMatch(/^batches\/[a-z0-9]{36}$/);
    expect(created).toMatchObject({
      metadata: {
        name,
        model: 'models/gemini-3.8-flash',
        displayName: 'n',
        state: 'BATCH_STATE_RUNNING',
        batchStats: { requestCount: '2', pendingRequestCount: '2' },
      },
    });
    expect(created).not.toHaveProperty('done');
    end();
    const responsesFile = name.replace('batches/', 'files/batch-');
    const done = await get(name);
    expect(done).toMatchObject({
      done: true,
      metadata: {
        state: 'BATCH_STATE_SUCCEEDED',
        batchStats: { requestCount: '2', successfulRequestCount: '2' },
        output: { responsesFile },
      },
      response: { responsesFile },
    });
    expect(done.metadata.batchStats).not.toHaveProperty('failedRequestCount');
  });

  it('answer inline what was asked inline, by key and not in order', async () => {
    const { name } = await create(inline);
    end();
    const { metadata, response } = await get(name);
    expect(metadata.batchStats).toEqual({ requestCount: '3', successfulRequestCount: '3' });
    expect(metadata.output).toMatchObject({
      inlinedResponses: {
        inlinedResponses: [{}, { metadata: { key: 'k2' } }, { metadata: { key: 'k1' } }],
      },
    });
    const rows = metadata.output?.inlinedResponses?.inlinedResponses ?? [];
    expect(rows[0]).not.toHaveProperty('metadata');
    for (const row of rows)
      expect(row).toHaveProperty('response.candidates.0.content.parts.0.text');
    expect(response).toMatchObject(metadata.output ?? {});
  });

  it('hold no more inline than an answer may, however large outputs are', async () => {
    ({ call } = openSimulator({ outputBytes: 8 * 1024 ** 3 }));
    const { name } = await create(inline);
    end();
    const { body } = await call<Operation>('GET', `/${version}/${name}`);
    expect(body.done).toBe(true);
    expect(JSON.stringify(body.metadata).length).toBeLessThan(5 * 1024 ** 2);
  });

  it('can be written in snake_case as well', async () => {
    const created = await create({ display_name: 's', input_config: { file_name: 'files/in' } });
    expect(created.metadata).toMatchObject({
      displayName: 's',
      inputConfig: { fileName: 'files/in' },
    });
  });

  it.each([
    [undefined, 'batch is required'],
    [{}, 'input_config'],
    [{ inputConfig: {} }, 'either file_name or requests'],
    [{ inputConfig: { fileName: 'files/a', ...inline.inputConfig } }, 'either file_name'],
    [{ ...byFile, webhookConfig: {} }, 'webhook_config.uris'],
    [{ ...byFile, webhookConfig: { uris: [] } }, 'webhook_config.uris'],
    [{ ...byFile, webhookConfig: { uris: [1] } }, 'webhook_config.uris'],
    [{ ...byFile, webhook_config: { uris: ['https://example.com/'] } }, 'loopback'],
  ])('refuse %j', async (batch, words) => {
    expect(await post(batch)).toMatchObject({
      status: 400,
      body: {
        error: {
          status: 'INVALID_ARGUMENT',
          message: expect.stringContaining(words) as string,
        },
      },
    });
    expect((await call('GET', `/${version}/batches`)).body).toEqual({});
  });

  it('are listed in pages, newest first, with their names, with either spelling', async () => {
    const names = [(await create(byFile)).name, (await create(inline)).name];
    interface List {
      readonly operations: Operation[];
      readonly nextPageToken?: string;
    }
    const list = async (query: string): Promise<List> =>
      (await call<List>('GET', `/${version}/batches?${query}`)).body;
    const first = await list('pageSize=1');
    const second = await list(`page_size=1&page_token=${first.nextPageToken ?? ''}`);
    const listed = [...first.operations, ...second.operations];
    expect(listed.map(({ name }) => name)).toEqual(names.toReversed());
    expect(listed.map(({ metadata }) => metadata.displayName)).toEqual(['', 'n']);
    expect(second).not.toHaveProperty('nextPageToken');
  });

  it('are cancelled while they run, and stay as they are afterwards', async () => {
    const { name } = await create(byFile);
    const cancel = () => call('POST', `/${version}/${name}:cancel`, {});
    expect(await cancel()).toMatchObject({ status: 200, body: {} });
    end();
    const cancelled = await get(name);
    expect(cancelled).toMatchObject({ done: true, metadata: { state: 'BATCH_STATE_CANCELLED' } });
    expect(cancelled).not.toHaveProperty('response');
    const other = (await create(byFile)).name;
    end();
    await call('POST', `/${version}/${other}:cancel`, {});
    expect((await get(other)).metadata.state).toBe('BATCH_STATE_SUCCEEDED');
  });

  it('are gone with their output once they are deleted', async () => {
    const { name } = await create(byFile);
    end();
    expect(await call('DELETE', `/${version}/${name}`)).toMatchObject({ status: 200, body: {} });
    expect((await call('GET', `/${version}/${name}`)).status).toBe(404);
    expect((await call('GET', `/${version}/files`)).body).toEqual({});
  });

  it('fail with an error or expire, and have no output then', async () => {
    ({ call } = openSimulator({ shares: { ...NO_TROUBLE, failures: 1 } }));
    for (let count = 0; count < 30; count += 1) await create(byFile);
    end();
    const { body } = await call<{ operations: Operation[] }>('GET', `/${version}/batches`);
    const states = new Set(body.operations.map(({ metadata }) => metadata.state));
    expect(states).toEqual(new Set(['BATCH_STATE_FAILED', 'BATCH_STATE_EXPIRED']));
    for (const { metadata, error, response } of body.operations) {
      expect([metadata.output, response]).toEqual([undefined, undefined]);
      expect(error !== undefined).toBe(metadata.state === 'BATCH_STATE_FAILED');
    }
  });
});
