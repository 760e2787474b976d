import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiError, GenerateVideosOperation, GoogleGenAI } from '@google/genai';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MODEL, openServed, type Served, SOON } from './testing/served.ts';

describe.each(['v1', 'v1beta'])("Google's own SDK on %s", (apiVersion) => {
  let opened: Served;
  let sdk: GoogleGenAI;
  let origin = '';
  beforeEach(async () => {
    opened = await openServed(apiVersion);
    sdk = new GoogleGenAI(opened.sdkOptions);
    ({ origin } = opened);
  });
  afterEach(() => opened.close());
  const ended = (name: string) =>
    vi.waitFor(async () => {
      const job = await sdk.batches.get({ name });
      expect(job.state).toBe('JOB_STATE_SUCCEEDED');
      return job;
    }, SOON);

  it('runs a batch with inlined requests, and lists it', async () => {
    const text = (key: string) => ({ contents: [{ parts: [{ text: key }] }], metadata: { key } });
    const { name = '' } = await sdk.batches.create({ model: MODEL, src: [text('k1'), text('k2')] });
    const job = await ended(name);
    expect(job.dest?.inlinedResponses).toHaveLength(2);
    const listed: (string | undefined)[] = [];
    for await (const each of await sdk.batches.list()) listed.push(each.name);
    expect(listed).toEqual([name]);
    await sdk.batches.delete({ name });
    await expect(sdk.batches.get({ name })).rejects.toMatchObject({ status: 404 });
  });

  it('runs a batch with a file, and downloads what comes out of it', async () => {
    const { name = '' } = await sdk.batches.create({ model: MODEL, src: 'files/in' });
    const { dest } = await ended(name);
    const file = dest?.fileName ?? '';
    expect(await sdk.files.get({ name: file })).toMatchObject({ name: file, state: 'ACTIVE' });
    const folder = await mkdtemp(join(tmpdir(), 'sdk-'));
    try {
      const downloadPath = join(folder, 'out.jsonl');
      await sdk.files.download({ file, downloadPath });
      await vi.waitFor(async () => {
        const lines = (await readFile(downloadPath, 'utf8')).trimEnd().split('\n');
        expect(lines.map((line) => (JSON.parse(line) as { key: string }).key)).toEqual([
          'request-1',
          'request-2',
        ]);
      }, SOON);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('cancels a batch', async () => {
    await opened.close();
    opened = await openServed(apiVersion, { minDurationMs: 60_000, maxDurationMs: 60_000 });
    sdk = new GoogleGenAI(opened.sdkOptions);
    const { name = '' } = await sdk.batches.create({ model: MODEL, src: 'files/in' });
    await sdk.batches.cancel({ name });
    expect((await sdk.batches.get({ name })).state).toBe('JOB_STATE_CANCELLED');
  });

  it('runs an interaction in the background, with text, citation and usage', async () => {
    const { id } = await sdk.interactions.create({ model: MODEL, input: 'hi', background: true });
    const done = await vi.waitFor(async () => {
      const interaction = await sdk.interactions.get(id ?? '');
      expect(interaction).toMatchObject({ status: 'completed' });
      return interaction;
    }, SOON);
    expect(JSON.stringify(done)).toContain('url_citation');
  });

  it('asks for a video operation, of which old events tell', async () => {
    const made = await fetch(`${origin}/${apiVersion}/models/veo-3.1:predictLongRunning`, {
      method: 'POST',
      headers: { 'x-goog-api-key': 'key' },
      body: JSON.stringify({ instances: [{ prompt: 'p' }] }),
    });
    const operation = new GenerateVideosOperation();
    operation.name = ((await made.json()) as { name: string }).name;
    await vi.waitFor(async () => {
      const { response } = await sdk.operations.getVideosOperation({ operation });
      expect(response?.generatedVideos?.[0]?.video?.uri).toContain(':download');
    }, SOON);
  });

  it('gets errors as its own', async () => {
    const wrong = new GoogleGenAI({ apiKey: 'no', httpOptions: { baseUrl: origin, apiVersion } });
    await expect(wrong.batches.get({ name: 'batches/b1' })).rejects.toBeInstanceOf(ApiError);
  });
});
