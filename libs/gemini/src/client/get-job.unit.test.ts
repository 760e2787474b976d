import { afterEach, describe, expect, it } from 'vitest';
import { json, type StartedGemini, startGemini } from './testing/start-gemini.ts';

const signal = new AbortController().signal;

describe('a job that is asked for', () => {
  let started: StartedGemini | null = null;
  afterEach(async () => {
    await started?.close();
    started = null;
  });

  it('is an interaction as its JSON came', async () => {
    const interaction = { id: 'int_1', status: 'completed', steps: [{ type: 'new' }] };
    started = await startGemini((_, response) => json(response, interaction));
    expect(await started.gemini.getInteraction('int_1', signal)).toEqual(interaction);
    expect(started.received).toMatchObject([{ url: '/v1beta/interactions/int_1' }]);
  });

  it('is a batch by its own word, however much is inlined in it', async () => {
    const rows = Array.from({ length: 300 }, () => ({ response: 'x'.repeat(100_000) }));
    const output = { inlinedResponses: { inlinedResponses: rows } };
    const metadata = {
      state: 'BATCH_STATE_SUCCEEDED',
      batchStats: { requestCount: '300' },
      output,
    };
    started = await startGemini((_, response) => json(response, { done: true, metadata }));
    expect(await started.gemini.getBatch('batches/b1', signal)).toMatchObject({
      state: 'succeeded',
      requests: 300,
    });
    expect(started.received).toMatchObject([{ url: '/v1beta/batches/b1' }]);
  });

  it('cannot be read where its answer is no JSON', async () => {
    started = await startGemini((_, response) => response.end('<html>'));
    const unreadable = { code: 'ERR_GEMINI_UNAVAILABLE' };
    await expect(started.gemini.getInteraction('int_1', signal)).rejects.toMatchObject(unreadable);
    await expect(started.gemini.getBatch('b1', signal)).rejects.toMatchObject(unreadable);
  });

  it('is not asked for by a name that would leave its place', async () => {
    started = await startGemini((_, response) => json(response, {}));
    const refused = { code: 'ERR_RESULT_POINTER' };
    await expect(started.gemini.getInteraction('../files', signal)).rejects.toMatchObject(refused);
    await expect(started.gemini.getBatch('files/a', signal)).rejects.toMatchObject(refused);
    expect(started.received).toEqual([]);
  });
});
