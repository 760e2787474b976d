import { randomBytes } from 'node:crypto';
import { createOutputs } from '@gemini-events/objects';
import { createMemoryStore } from '@gemini-events/objects/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { createResultLinks, type ResultLinks } from '../keys/result-links.ts';
import { createApi } from './create-api.ts';
import type { ApiParts } from './parts.ts';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const BASE = 'https://hooks.example.com';
const ref = { source: 'default', resourceId: 'b1', type: 'batch.succeeded' };

let links: ResultLinks;
let get: (url: string, headers?: Record<string, string>) => Promise<Response>;

beforeEach(async () => {
  const outputs = createOutputs(createMemoryStore());
  const id = { source: 'default', job: 'batches/b1', type: 'batch.succeeded' };
  const part = await outputs.part(id, { name: 'output.jsonl', contentType: 'application/jsonl' });
  await part.write(Buffer.from('{"key":"a"}\n'));
  await outputs.settle({
    version: 1,
    ...id,
    status: 'stored',
    eventId: 'e1',
    parts: [await part.commit()],
    rows: null,
    requests: null,
    index: null,
    usage: {},
    model: null,
    answer: null,
    error: null,
    storedAt: NOW,
  });
  links = createResultLinks(BASE, [randomBytes(32)]);
  const app = createApi({ results: { links, outputs }, now: () => NOW } as ApiParts);
  get = async (url, headers = {}) => app.request(url.slice(BASE.length), { headers });
});

describe('a link to a result', () => {
  it('leads to the output, as a file and never as a page', async () => {
    const answer = await get(links.make(ref, NOW + 1));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('{"key":"a"}\n');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-length': '12',
      'content-disposition': 'attachment; filename="output.jsonl"',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  });

  it('gives a part, so that a download can go on', async () => {
    const answer = await get(links.make(ref, NOW + 1), { range: 'bytes=6-' });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe('bytes 6-11/12');
    expect(await answer.text()).toBe(':"a"}\n');
    expect((await get(links.make(ref, NOW + 1), { range: 'bytes=12-' })).status).toBe(416);
  });

  it('expires', async () => {
    expect((await get(links.make(ref, NOW))).status).toBe(410);
  });

  it('says to come again where the output is not stored yet', async () => {
    const answer = await get(links.make({ ...ref, resourceId: 'b2' }, NOW + 1));
    expect(answer.status).toBe(404);
    expect(answer.headers.get('retry-after')).toBe('10');
    expect(await answer.json()).toMatchObject({ code: 'result_not_there' });
  });

  it('cannot be made or changed by others', async () => {
    const link = links.make(ref, NOW + 1);
    const others = createResultLinks(BASE, [randomBytes(32)]).make(ref, NOW + 1);
    const token = Buffer.from(link.slice(link.lastIndexOf('/') + 1), 'base64url');
    for (const at of [0, 31, 32, token.length - 2]) {
      const changed = Buffer.from(token);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const url = `${BASE}/v1/results/${changed.toString('base64url')}`;
      expect((await get(url)).status).toBe(404);
    }
    expect((await get(others)).status).toBe(404);
    expect((await get(`${BASE}/v1/results/x`)).status).toBe(404);
  });
});
