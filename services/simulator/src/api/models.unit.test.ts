import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_TROUBLE, type OpenSimulator, ORIGIN, openSimulator } from '../testing/fixtures.ts';

const MODEL = 'models/veo-3.1-generate-preview';
const order = { instances: [{ prompt: 'a sea' }], parameters: { resolution: '720p' } };

describe.each(['v1', 'v1beta'])('videos under /%s', (version) => {
  let call: OpenSimulator['call'];
  const post = (body: object) =>
    call<{ name: string }>('POST', `/${version}/${MODEL}:predictLongRunning`, body);
  const get = (name: string) => call('GET', `/${version}/${name}`);

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    ({ call } = openSimulator());
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('are operations under their model that end with a file', async () => {
    const { name } = (await post(order)).body;
    expect(name).toMatch(/^models\/veo-3\.1-generate-preview\/operations\/[a-z0-9]{24}$/);
    expect((await get(name)).body).toEqual({ name });
    vi.advanceTimersByTime(1_000);
    const file = `files/v${name.slice(name.lastIndexOf('/') + 1)}`;
    const uri = `${ORIGIN}/v1beta/${file}:download?alt=media`;
    expect((await get(name)).body).toMatchObject({
      name,
      done: true,
      response: {
        generateVideoResponse: {
          generatedSamples: [{ video: { uri } }],
          raiMediaFilteredCount: 0,
        },
      },
    });
    expect((await get(file)).body).toMatchObject({ name: file, mimeType: 'video/mp4' });
  });

  it('that are held back end without a sample and without an error', async () => {
    ({ call } = openSimulator({ shares: { ...NO_TROUBLE, failures: 1 } }));
    const { name } = (await post(order)).body;
    vi.advanceTimersByTime(1_000);
    const { body } = await get(name);
    expect(body).toMatchObject({
      done: true,
      response: { generateVideoResponse: { raiMediaFilteredCount: 1 } },
    });
    expect(body).not.toHaveProperty('error');
    expect(body).not.toHaveProperty('response.generateVideoResponse.generatedSamples');
  });

  it('point to the origin that is set for pointers', async () => {
    ({ call } = openSimulator({ pointerOrigin: 'https://gemini.example' }));
    const { name } = (await post(order)).body;
    vi.advanceTimersByTime(1_000);
    expect(JSON.stringify((await get(name)).body)).toContain(
      'https://gemini.example/v1beta/files/',
    );
  });

  it.each([
    {},
    { instances: [] },
    { instances: [{}] },
    { ...order, webhookConfig: { uris: ['https://example.com/'] } },
    { ...order, webhook_config: { uris: [] } },
  ])('refuse %j', async (body) => {
    expect((await post(body)).status).toBe(400);
  });
});
