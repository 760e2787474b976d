import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NO_TROUBLE, type OpenSimulator, ORIGIN, openSimulator } from '../testing/fixtures.ts';

interface Interaction {
  readonly id: string;
  readonly status: string;
  readonly steps?: readonly { readonly type: string; readonly id?: string }[];
}

const order = { model: 'gemini-3.8-flash', input: 'hello', background: true };
const tools = [{ type: 'function', name: 'get_order', description: '', parameters: {} }];
const waiting = { shares: { ...NO_TROUBLE, requiresAction: 1 } };

describe.each(['v1', 'v1beta'])('interactions under /%s', (version) => {
  const base = `/${version}/interactions`;
  let call: OpenSimulator['call'];
  const post = (more: object = {}) => call<Interaction>('POST', base, { ...order, ...more });
  const create = async (more: object = {}): Promise<Interaction> => (await post(more)).body;
  const get = async (id: string): Promise<Interaction> =>
    (await call<Interaction>('GET', `${base}/${id}?stream=false`)).body;
  const end = (): unknown => vi.advanceTimersByTime(1_000);

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    ({ call } = openSimulator());
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('run in the background and then hold the answer and its usage', async () => {
    const created = await create({ labels: { team: 'a1' } });
    expect(created).toMatchObject({
      object: 'interaction',
      model: order.model,
      status: 'in_progress',
      labels: { team: 'a1' },
    });
    expect(created).not.toHaveProperty('steps');
    end();
    const done = await get(created.id);
    expect(done).toMatchObject({
      id: created.id,
      status: 'completed',
      usage: { total_input_tokens: 120, total_output_tokens: 512, total_tokens: 672 },
    });
    expect(done).toHaveProperty('steps.3.content.0.annotations.0.url');
    expect(done).not.toHaveProperty('errors');
  });

  it('answer at once where they do not run in the background', async () => {
    expect((await create({ background: false })).status).toBe('completed');
  });

  it('echo their webhook_config in the answer to the create', async () => {
    const webhook_config = { uris: ['http://127.0.0.1:9/'], user_metadata: { run: 'r1' } };
    const created = await create({ webhook_config });
    expect(created).toMatchObject({ webhook_config });
    expect(await get(created.id)).not.toHaveProperty('webhook_config');
  });

  it.each([
    [{ webhook_config: { uris: ['http://127.0.0.1/'] }, background: false }, 'background: true'],
    [{ webhook_config: { uris: ['https://example.com/'] } }, 'loopback'],
    [{ webhook_config: { url: 'http://127.0.0.1/' } }, "Unknown parameter 'webhook_config.url'"],
    [{ webhook_config: { uris: [] } }, 'webhook_config.uris'],
    [{ previousInteractionId: 'x' }, "Did you mean 'previous_interaction_id'?"],
    [{ agent: 'deep-research-preview-04-2026' }, "Exactly one of 'model' and 'agent'"],
    [{ model: undefined }, "Exactly one of 'model' and 'agent'"],
    [{ store: false }, "'background' needs 'store'"],
    [{ stream: true }, 'does not stream'],
    [{ labels: { Team: 'a' } }, 'labels'],
    [{ safety_settings: [] }, 'safety_settings'],
  ])('refuse %j', async (more, words) => {
    expect(await post(more)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining(words) as string } },
    });
  });

  it('of a research agent need the background', async () => {
    const research = { model: undefined, agent: 'deep-research-preview-04-2026' };
    expect((await post({ ...research, background: false })).status).toBe(400);
    expect(await create(research)).toMatchObject({ agent: research.agent, status: 'in_progress' });
  });

  it('wait with a function call, whose result goes into a new interaction', async () => {
    ({ call } = openSimulator(waiting));
    const first = await create({ tools });
    end();
    const asked = await get(first.id);
    expect(asked.status).toBe('requires_action');
    const functionCall = asked.steps?.find(({ type }) => type === 'function_call');
    expect(functionCall).toMatchObject({ name: 'get_order' });
    const input = [{ type: 'function_result', call_id: functionCall?.id, result: {} }];
    const answer = await create({ tools, input, previous_interaction_id: first.id });
    expect(answer).toMatchObject({ status: 'in_progress', previous_interaction_id: first.id });
    expect(answer.id).not.toBe(first.id);
    end();
    expect((await get(answer.id)).status).toBe('completed');
    expect((await get(first.id)).status).toBe('requires_action');
  });

  it('do not call a function that they were not given', async () => {
    ({ call } = openSimulator(waiting));
    const { id } = await create();
    end();
    expect((await get(id)).status).toBe('completed');
  });

  it('cannot follow one that is in progress, nor one that nobody knows', async () => {
    const { id } = await create();
    expect((await post({ previous_interaction_id: id })).status).toBe(400);
    expect((await post({ previous_interaction_id: 'v1_nothing' })).status).toBe(404);
    end();
    expect((await post({ previous_interaction_id: id })).status).toBe(200);
  });

  it('are cancelled while they run', async () => {
    const { id } = await create();
    expect(await call('POST', `${base}/${id}/cancel`)).toMatchObject({
      status: 200,
      body: { id, status: 'cancelled' },
    });
    end();
    expect((await get(id)).status).toBe('cancelled');
  });

  it('tell what went wrong when they fail', async () => {
    ({ call } = openSimulator({ shares: { ...NO_TROUBLE, failures: 1 } }));
    const { id } = await create();
    end();
    expect(await get(id)).toMatchObject({
      status: 'failed',
      errors: [{ code: 'INTERNAL', message: 'agent crashed' }],
    });
  });

  it('point to a video where one was asked for', async () => {
    const { id } = await create({ response_format: { type: 'video', delivery: 'uri' } });
    end();
    const uri = `${ORIGIN}/v1beta/files/v${id.replace('_', '')}:download?alt=media`;
    expect(await get(id)).toMatchObject({
      steps: expect.arrayContaining([
        { type: 'model_output', content: [{ type: 'video', mime_type: 'video/mp4', uri }] },
      ]) as object,
    });
    expect((await call('GET', new URL(uri).pathname.replace(':download', ''))).status).toBe(200);
  });

  it('are gone once they are deleted', async () => {
    const { id } = await create();
    expect(await call('DELETE', `${base}/${id}`)).toMatchObject({ status: 200, body: {} });
    expect((await call('GET', `${base}/${id}`)).status).toBe(404);
  });
});
