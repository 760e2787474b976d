import { afterEach, describe, expect, it } from 'vitest';
import { json, type StartedGemini, startGemini } from './testing/start-gemini.ts';

const signal = new AbortController().signal;
const at = (minute: number): string => new Date(Date.UTC(2026, 10, 1, 10, minute)).toISOString();

function batch(displayName: string, minute: number): object {
  const output = { inlinedResponses: { inlinedResponses: [{ response: { text: 'a }' } }] } };
  const name = `batches/${displayName}`;
  return { name, metadata: { displayName, createTime: at(minute), output }, response: output };
}

describe('a batch that is looked for by its display name', () => {
  let started: StartedGemini | null = null;
  afterEach(async () => {
    await started?.close();
    started = null;
  });
  const start = async (...pages: readonly (readonly object[])[]): Promise<StartedGemini> => {
    started = await startGemini(({ url }, response) => {
      const page = Number(new URL(url, 'http://x').searchParams.get('pageToken') ?? 0);
      const more = page + 1 < pages.length ? { nextPageToken: String(page + 1) } : {};
      const operations = pages[page] ?? [];
      json(response, { ...(operations.length === 0 ? {} : { operations }), ...more });
    });
    return started;
  };

  it('is found on whatever page it is, between batches with inlined responses', async () => {
    const { gemini, received } = await start(
      [batch('c', 3), batch('b', 2)],
      [batch('a', 1), batch('a 2', 0)],
    );
    expect(await gemini.findBatch('a', {}, signal)).toEqual({ kind: 'found', id: 'batches/a' });
    expect(received.map(({ url }) => url)).toEqual([
      '/v1beta/batches?pageSize=100',
      '/v1beta/batches?pageSize=100&pageToken=1',
    ]);
  });

  it('is absent where the whole list does not have it', async () => {
    const { gemini } = await start([batch('b', 2)], [batch('a', 1)]);
    expect(await gemini.findBatch('x', {}, signal)).toEqual({ kind: 'absent' });
    const empty = await startGemini((_, response) => json(response, {}));
    expect(await empty.gemini.findBatch('x', {}, signal)).toEqual({ kind: 'absent' });
    await empty.close();
  });

  it('is not known where there are more pages than are looked through', async () => {
    const { gemini, received } = await start([batch('c', 3)], [batch('b', 2)], [batch('a', 1)]);
    expect(await gemini.findBatch('a', { pages: 2 }, signal)).toEqual({ kind: 'unknown' });
    expect(received).toHaveLength(2);
  });

  it('is absent once the list, newest first, is past its time', async () => {
    const { gemini, received } = await start([batch('c', 9), batch('b', 2)], [batch('a', 1)]);
    const since = Date.parse(at(5));
    expect(await gemini.findBatch('x', { since }, signal)).toEqual({ kind: 'absent' });
    expect(received).toHaveLength(1);
  });

  it.each([
    ['oldest first', [batch('a', 1), batch('b', 2)]],
    ['in no order', [batch('b', 2), batch('c', 9), batch('a', 1)]],
    ['all of one time', [batch('a', 1), batch('b', 1)]],
    ['without times', [{ name: 'batches/a' }, { name: 'batches/b' }]],
  ])('is looked for to the end of a list that is %s', async (_, page) => {
    const { gemini } = await start(page, [batch('x', 8)]);
    const since = Date.parse(at(5));
    expect(await gemini.findBatch('x', { since }, signal)).toEqual({
      kind: 'found',
      id: 'batches/x',
    });
  });
});
