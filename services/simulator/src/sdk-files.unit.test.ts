import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GoogleGenAI } from '@google/genai';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MODEL, openServed, type Served, SOON } from './testing/served.ts';

const ask = (text: string) => ({ contents: [{ role: 'user', parts: [{ text }] }] });
const jsonl = (rows: readonly object[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe.each(['v1', 'v1beta'])("uploads with Google's own SDK on %s", (apiVersion) => {
  let opened: Served;
  let sdk: GoogleGenAI;
  let folder: string;
  beforeEach(async () => {
    opened = await openServed(apiVersion, { uploadBytes: 32 * 1024 ** 2 });
    sdk = new GoogleGenAI(opened.sdkOptions);
    folder = await mkdtemp(join(tmpdir(), 'sdk-'));
  });
  afterEach(async () => {
    await opened.close();
    await rm(folder, { recursive: true });
  });
  const ended = (name: string) =>
    vi.waitFor(async () => {
      const job = await sdk.batches.get({ name });
      expect(job.state).toBe('JOB_STATE_SUCCEEDED');
      return job;
    }, SOON);

  it('give a batch its requests, whose answers come back under their keys', async () => {
    const file = join(folder, 'in.jsonl');
    const rows = [
      { key: 'a', request: ask('Say hello.\nsimulate: {"text":"hello"}') },
      { key: 'b"2', request: ask('Say anything.') },
    ];
    await writeFile(file, jsonl(rows));
    const config = { mimeType: 'application/jsonl', displayName: 'input' };
    const uploaded = await sdk.files.upload({ file, config });
    const { name: src = '' } = uploaded;
    expect(uploaded).toMatchObject({ displayName: 'input', source: 'UPLOADED', state: 'ACTIVE' });
    const order = { model: MODEL, src, config: { displayName: 'batch one' } };
    const { name = '' } = await sdk.batches.create(order);
    const { dest } = await ended(name);
    const downloadPath = join(folder, 'out.jsonl');
    await sdk.files.download({ file: dest?.fileName ?? '', downloadPath });
    await vi.waitFor(async () => {
      const lines = (await readFile(downloadPath, 'utf8')).trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
        { key: 'a', response: { candidates: [{ content: { parts: [{ text: 'hello' }] } }] } },
        { key: 'b"2', response: { candidates: [{ content: { role: 'model' } }] } },
      ]);
    }, SOON);
  });

  it('come in several parts where they are large, are listed, and can be deleted', async () => {
    const size = 9 * 1024 ** 2;
    const file = new Blob([new Uint8Array(size)], { type: 'application/octet-stream' });
    const { name = '', sizeBytes } = await sdk.files.upload({ file });
    expect(sizeBytes).toBe(String(size));
    const listed: (string | undefined)[] = [];
    for await (const each of await sdk.files.list()) listed.push(each.name);
    expect(listed).toEqual([name]);
    await sdk.files.delete({ name });
    await expect(sdk.files.get({ name })).rejects.toMatchObject({ status: 404 });
  });
});

describe("batches with Google's own SDK", () => {
  let opened: Served;
  beforeEach(async () => {
    opened = await openServed('v1', { minDurationMs: 60_000, maxDurationMs: 60_000 });
  });
  afterEach(() => opened.close());

  it('are listed by name while they run, newest first', async () => {
    const sdk = new GoogleGenAI(opened.sdkOptions);
    for (const displayName of ['one', 'two']) {
      await sdk.batches.create({ model: MODEL, src: 'files/in', config: { displayName } });
    }
    const listed: unknown[] = [];
    for await (const each of await sdk.batches.list({ config: { pageSize: 1 } })) {
      listed.push([each.displayName, each.state]);
    }
    expect(listed).toEqual([
      ['two', 'JOB_STATE_RUNNING'],
      ['one', 'JOB_STATE_RUNNING'],
    ]);
  });
});
