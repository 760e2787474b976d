import type { JsonWebKey } from 'node:crypto';
import { GoogleGenAI } from '@google/genai';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { script } from './testing/fixtures.ts';
import { openReceiver, signersOf } from './testing/receiver.ts';
import { MODEL, openServed, type Served, SOON } from './testing/served.ts';

const ONCE = { maxRetries: 0 };
const tools = ['get_order', 'get_customer'].map((name) => ({
  type: 'function' as const,
  name,
  parameters: { type: 'object' },
}));
const calls = [
  { name: 'get_order', arguments: { order_id: 'A17' } },
  { name: 'get_customer', arguments: { id: 'c1' } },
];

interface Call {
  readonly id: string;
  readonly name: string;
}

describe("an agent with Google's own SDK", () => {
  let opened: Served;
  let sdk: GoogleGenAI;
  beforeEach(async () => {
    opened = await openServed();
    sdk = new GoogleGenAI(opened.sdkOptions);
  });
  afterEach(() => opened.close());

  const start = async (input: string): Promise<string> =>
    (await sdk.interactions.create({ model: MODEL, input, background: true, tools }, ONCE)).id;
  const ended = (id: string, status: string) =>
    vi.waitFor(async () => {
      const interaction = await sdk.interactions.get(id, { include_input: true });
      expect(interaction.status).toBe(status);
      return interaction;
    }, SOON);
  const callsOf = ({ steps }: Awaited<ReturnType<typeof ended>>): Call[] =>
    steps.flatMap((step) => (step.type === 'function_call' ? [step] : []));
  const answer = (previous: string, pending: readonly Call[]) =>
    sdk.interactions.create(
      {
        model: MODEL,
        previous_interaction_id: previous,
        background: true,
        tools,
        input: pending.map(({ id, name }) => ({
          type: 'function_result' as const,
          call_id: id,
          name,
          result: { status: 'shipped' },
        })),
      },
      ONCE,
    );

  it('is asked for parallel calls, answers them in one request, and gets its answer', async () => {
    const first = await start(`Where is my order?\n${script({ calls }, { text: 'Done.' })}`);
    const asked = await ended(first, 'requires_action');
    const pending = callsOf(asked);
    expect(asked.steps).toMatchObject([
      { type: 'user_input' },
      { type: 'thought' },
      ...calls.map((call) => ({ type: 'function_call', ...call, signature: 'c2ltdWxhdGVk' })),
    ]);
    expect(new Set(pending.map(({ id }) => id)).size).toBe(2);
    const { id: second } = await answer(first, pending);
    const done = await ended(second, 'completed');
    expect(done).toMatchObject({ previous_interaction_id: first, output_text: 'Done.' });
    expect(done.steps?.slice(0, 2)).toMatchObject(
      pending.map(({ id }) => ({ type: 'function_result', call_id: id })),
    );
    await ended(first, 'requires_action');
  });

  it('starts another run that is paid for when it answers twice', async () => {
    const first = await start(script({ calls }, { text: 'Done.' }));
    const pending = callsOf(await ended(first, 'requires_action'));
    const ids = [(await answer(first, pending)).id, (await answer(first, pending)).id];
    expect(new Set([first, ...ids]).size).toBe(3);
    for (const id of ids) await ended(id, 'completed');
  });

  it('is refused an answer to some of the calls only', async () => {
    const first = await start(script({ calls }, { text: 'Done.' }));
    const pending = callsOf(await ended(first, 'requires_action'));
    await expect(answer(first, pending.slice(1))).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('has no result') as string,
    });
  });

  it.each(['failed', 'incomplete', 'budget_exceeded'])('can see a run end %s', async (status) => {
    const turn = status === 'failed' ? { fails: true } : { status };
    expect(await ended(await start(script(turn)), status)).toMatchObject({ status });
  });

  it('gets a plan first where research is planned together, and the report after it', async () => {
    const research = {
      agent: 'deep-research-preview-04-2026',
      agent_config: { type: 'deep-research', collaborative_planning: true },
      background: true,
    } as const;
    const first = await sdk.interactions.create({ ...research, input: 'Compare.' }, ONCE);
    const plan = await ended(first.id, 'completed');
    expect(plan.output_text).toMatch(/^Research plan:/);
    const more = { previous_interaction_id: first.id, input: 'Go on.' };
    const second = await sdk.interactions.create({ ...research, ...more }, ONCE);
    const report = await ended(second.id, 'completed');
    expect(report.output_text).toMatch(/^Answer of/);
  });

  it('hears of a run at its own webhook only, with its metadata, signed with a public key', async () => {
    const registered = await openReceiver(() => ({ status: 200 }));
    const dynamic = await openReceiver(() => ({ status: 200 }));
    try {
      const subscribed_events = ['interaction.completed', 'interaction.requires_action'];
      await opened.call('POST', '/v1/webhooks', { uri: registered.uri, subscribed_events });
      const webhook_config = { uris: [dynamic.uri], user_metadata: { run: 'r1' } };
      const input = script({ calls }, { text: 'Done.' });
      const order = { model: MODEL, input, background: true, tools, webhook_config };
      const { id } = await sdk.interactions.create(order, ONCE);
      await vi.waitFor(() => expect(dynamic.received).toHaveLength(1), SOON);
      const [delivery] = dynamic.received;
      expect(JSON.parse(delivery?.body.toString() ?? '')).toMatchObject({
        type: 'interaction.requires_action',
        data: { id, user_metadata: { run: 'r1' } },
      });
      const jwks = await opened.call('GET', '/.well-known/jwks.json');
      const { keys } = (await jwks.json()) as { keys: JsonWebKey[] };
      expect(signersOf(keys, delivery)).toBe(1);
      // One more, for the registered webhook, shows that the first could have come there by now.
      const other = await start(script({ text: 'Done.' }));
      await vi.waitFor(() => expect(registered.received).toHaveLength(1), SOON);
      expect(registered.received[0]?.body.toString()).toContain(other);
    } finally {
      await registered.close();
      await dynamic.close();
    }
  });
});
