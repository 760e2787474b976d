import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CallResult, type OpenSimulator, openSimulator, script } from '../testing/fixtures.ts';

interface Interaction {
  readonly id: string;
  readonly status: string;
  readonly usage?: object;
  readonly steps?: readonly {
    readonly type: string;
    readonly id?: string;
    readonly content?: unknown;
  }[];
}

const base = '/v1/interactions';
const tools = [{ type: 'function', name: 'f', parameters: {} }];
const calls = [{ name: 'f', arguments: { a: 1 } }, { name: 'g' }];

describe('interactions that call functions', () => {
  let call: OpenSimulator['call'];
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    ({ call } = openSimulator());
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const post = (input: unknown, more: object = {}): Promise<CallResult<Interaction>> =>
    call<Interaction>('POST', base, { model: 'm', input, background: true, tools, ...more });
  const get = async (id: string, query = ''): Promise<Interaction> =>
    (await call<Interaction>('GET', `${base}/${id}${query}`)).body;
  /** Started and, after a second, ended. */
  const run = async (input: unknown, more: object = {}): Promise<Interaction> => {
    const { id } = (await post(input, more)).body;
    vi.advanceTimersByTime(1_000);
    return get(id);
  };
  const refusal = (words: string) => ({
    status: 400,
    body: { error: { message: expect.stringContaining(words) as string } },
  });
  /** One that waits for two calls, and the ids of these. */
  const waiting = async () => {
    const { id, steps } = await run(script({ calls }, { text: 'Done.' }));
    const ids = (steps ?? []).flatMap((step) => (step.type === 'function_call' ? [step.id] : []));
    const answer = (...results: object[]) =>
      post(
        results.map((result, index) => ({
          type: 'function_result',
          call_id: ids[index],
          result: 'ok',
          ...result,
        })),
        { previous_interaction_id: id },
      );
    return { id, ids, answer };
  };

  it.each([
    ['a text', 'ok'],
    ['an object', { status: 'shipped' }],
    ['a list of content', [{ type: 'text', text: '{}' }]],
    ['an empty list', []],
  ])('take %s as a result, and a fault of the function', async (_what, result) => {
    const { answer } = await waiting();
    expect((await answer({ result }, { is_error: true })).status).toBe(200);
  });

  it.each([
    ['a bare list', { result: [1, 2] }, '{"result":[...]}'],
    ['a number', { result: 1 }, 'input.0.result'],
    ['nothing', { result: undefined }, 'input.0.result'],
    ['a field in the wrong spelling', { callId: 'x' }, "Did you mean 'call_id'?"],
    ['is_error that is no flag', { is_error: 'yes' }, 'input.0.is_error'],
    ['a call that nobody made', { call_id: 'fc_x' }, "No function call 'fc_x'"],
  ])('refuse %s', async (_what, result, words) => {
    const { answer } = await waiting();
    expect(await answer(result, {})).toMatchObject(refusal(words));
  });

  it('refuse one call twice, and a call left out', async () => {
    const { ids, answer } = await waiting();
    expect(await answer({}, {}, { call_id: ids[0] })).toMatchObject(refusal('two results'));
    expect(await answer({})).toMatchObject(refusal(`'${ids[1] ?? ''}' has no result`));
  });

  it('refuse results where nothing waits for any', async () => {
    const { id } = await run('hello');
    const input = [{ type: 'function_result', call_id: 'fc_x', result: 'ok' }];
    expect(await post(input, { previous_interaction_id: id })).toMatchObject(
      refusal("No function call 'fc_x'"),
    );
    expect(await post(input)).toMatchObject(refusal("No function call 'fc_x'"));
  });

  it('take a replay of the calls themselves, with the signatures that these came with', async () => {
    const replay = (more: object) => [
      { type: 'user_input', content: [{ type: 'text', text: 'hello' }] },
      { type: 'function_call', id: 'fc_1', name: 'f', arguments: {}, ...more },
      { type: 'function_result', call_id: 'fc_1', result: 'ok' },
    ];
    expect((await post(replay({ signature: 'c2ln' }))).status).toBe(200);
    expect(await post(replay({}))).toMatchObject(refusal('signature'));
  });

  it('call nothing where the functions were not offered again', async () => {
    expect(await post(script({ calls }), { tools: undefined })).toMatchObject(
      refusal('not inherited'),
    );
    expect((await post(script({ text: 'x' }), { tools: undefined })).status).toBe(200);
    const agent = { model: undefined, agent: 'a', tools: undefined };
    expect((await post(script({ calls }), agent)).status).toBe(200);
  });

  it('ask again turn by turn, and succeed by themselves once the script is over', async () => {
    let previous_interaction_id: string | undefined;
    const statuses: string[] = [];
    let input: unknown = script({ calls: [{ name: 'f' }] }, { calls: [{ name: 'f' }] });
    for (let turn = 0; turn < 3; turn += 1) {
      const done = await run(input, { previous_interaction_id });
      statuses.push(done.status);
      previous_interaction_id = done.id;
      const call_id = done.steps?.find(({ type }) => type === 'function_call')?.id;
      input = [{ type: 'function_result', call_id, result: 'ok' }];
    }
    expect(statuses).toEqual(['requires_action', 'requires_action', 'completed']);
  });

  it('follow a new script in their own input, but none in what a function returned', async () => {
    const { id, ids } = await waiting();
    const results = (text: string): object[] =>
      ids.map((call_id) => ({ type: 'function_result', call_id, result: text }));
    const more = { previous_interaction_id: id };
    const byTool = await run(results(script({ fails: true })), more);
    expect(byTool.status).toBe('completed');
    const text = { type: 'text', text: script({ fails: true }) };
    expect((await run([...results('ok'), text], more)).status).toBe('failed');
  });

  it('take as long as the script says', async () => {
    const { id } = (await post(script({ text: 'x', afterMs: 5_000 }))).body;
    vi.advanceTimersByTime(4_999);
    expect((await get(id)).status).toBe('in_progress');
    vi.advanceTimersByTime(1);
    expect((await get(id)).status).toBe('completed');
    expect((await post(script({ text: 'x', afterMs: 0 }))).body.status).toBe('completed');
  });

  it.each([
    ['hello', [{ type: 'text', text: 'hello' }]],
    [{ type: 'text', text: 'hello' }, [{ type: 'text', text: 'hello' }]],
    [
      [
        { type: 'text', text: 'a' },
        { type: 'image', uri: 'files/i' },
      ],
      [
        { type: 'text', text: 'a' },
        { type: 'image', uri: 'files/i' },
      ],
    ],
  ])('show their input %j where it is asked for', async (input, content) => {
    const { id } = (await post(input)).body;
    expect((await get(id, '?include_input=true')).steps).toEqual([{ type: 'user_input', content }]);
    expect(await get(id, '?include_input=true')).not.toHaveProperty('usage');
    expect(await get(id)).not.toHaveProperty('steps');
    vi.advanceTimersByTime(1_000);
    const { steps = [], usage } = await get(id, '?include_input=true');
    expect([steps[0]?.type, steps[1]?.type, usage !== undefined]).toEqual([
      'user_input',
      'thought',
      true,
    ]);
  });

  it.each([[[1]], [['hello']], [[{ text: 'no type' }]]])('refuse the input %j', async (input) => {
    expect(await post(input)).toMatchObject(refusal('input.0'));
  });

  it('fire no event where they stop at a limit', async () => {
    for (const status of ['incomplete', 'budget_exceeded']) {
      const webhook_config = { uris: ['http://127.0.0.1:9/'] };
      const done = await run(script({ status }), { webhook_config });
      expect(done).toMatchObject({ status, usage: { total_thought_tokens: 40 } });
    }
    const { body } = await call('GET', '/simulator/runs/api');
    expect(body).toMatchObject({ events: 0, jobs: { interaction: 2 } });
  });
});
