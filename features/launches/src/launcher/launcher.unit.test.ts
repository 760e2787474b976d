import { BridgeError } from '@gemini-events/events';
import { hasOwnerTag } from '@gemini-events/webhooks';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Launches, NewLaunch } from '../store/launches.ts';
import { CALL_METADATA } from './call-metadata.ts';
import type { LaunchOrder } from './launch-order.ts';
import { createLauncher } from './launcher.ts';
import { type Launched, type LauncherOptions } from './launcher-options.ts';
import { CALL_MS, createFakeWorld, type FakeWorld, SETTLE_MS } from './testing/fake-world.ts';

const signal = new AbortController().signal;
const MODEL = 'gemini-3.8-flash';
const INTERACTION: LaunchOrder = {
  key: 'run-1/research',
  request: { kind: 'interaction', model: MODEL, input: 'hi' },
};
const BATCH: LaunchOrder = {
  key: 'run-1/batch',
  request: {
    kind: 'batch',
    model: MODEL,
    displayName: 'nightly',
    requests: [{ key: 'k1', request: { contents: [] } }],
  },
};
/** SHA-256 of the key of the batch, as far as its name has it. */
const BATCH_NAME = 'nightly 0a09bda4e466b517';

describe('a launch', () => {
  let world: FakeWorld;
  const launch = (order: LaunchOrder, more: Partial<LauncherOptions> = {}): Promise<Launched> =>
    createLauncher(world.options(more)).launch(order, signal);

  beforeEach(() => {
    world = createFakeWorld();
  });

  it('makes a job once for its key, and tells of it', async () => {
    const order = {
      ...INTERACTION,
      owner: 'acme',
      labels: { team: 'search' },
      route: 'orders',
      runId: 'run-1',
      request: { ...INTERACTION.request, previous_interaction_id: 'int_0' } as const,
    };
    expect(await launch(order)).toEqual({ kind: 'created', id: 'int_1', isNew: true });
    expect(await launch(order, { caller: 'agent-2' })).toEqual({
      kind: 'created',
      id: 'int_1',
      isNew: false,
    });
    expect(world.made).toHaveLength(1);
    expect(world.announced).toEqual([
      {
        resource_id: 'int_1',
        kind: 'interaction',
        key: 'run-1/research',
        model: MODEL,
        owner: 'acme',
        labels: { team: 'search' },
        route: 'orders',
        budget_usd: 1,
        previous_id: 'int_0',
        run_id: 'run-1',
        launched_at: world.nowMs,
      },
    ]);
    expect(world.strays).toEqual([]);
  });

  it('names its call and its owner in what comes back with each event', async () => {
    await launch(INTERACTION, { ownerKey: 'secret' });
    await launch(BATCH, { ownerKey: 'secret' });
    const configs = world.bodies.map((body) => {
      const { webhook_config: one, webhookConfig: other } = body as Record<string, unknown>;
      return (one ?? other) as Record<string, unknown>;
    });
    const metadata = configs.map((config) => config['user_metadata'] ?? config['userMetadata']);
    expect(metadata).toMatchObject([
      { [CALL_METADATA]: INTERACTION.key },
      { [CALL_METADATA]: BATCH.key },
    ]);
    for (const each of metadata) {
      expect(hasOwnerTag('secret', each as Record<string, string>)).toBe(true);
    }
    expect(JSON.stringify(world.bodies)).not.toContain('"secret"');
  });

  it('sends no webhook where none is asked for', async () => {
    await launch(INTERACTION, { webhook: null });
    expect(world.bodies).toEqual([{ model: MODEL, input: 'hi', background: true, store: true }]);
  });

  it('is refused with the key of another request, and not with its fields in another order', async () => {
    await launch(INTERACTION);
    const input = { kind: 'interaction', model: MODEL, input: 'other' } as const;
    await expect(launch({ ...INTERACTION, request: input })).rejects.toMatchObject({
      code: 'ERR_LAUNCH_CONFLICT',
    });
    const same = { input: 'hi', model: MODEL, kind: 'interaction' } as const;
    expect(await launch({ ...INTERACTION, request: same })).toMatchObject({ isNew: false });
    expect(world.bodies).toHaveLength(1);
  });

  it('is not begun while the guard holds it', async () => {
    await expect(launch({ ...INTERACTION, budgetUsd: 101 })).rejects.toMatchObject({
      code: 'ERR_LAUNCH_HELD',
      data: { reason: 'a budget of 101 USD is above 100 USD' },
    });
    expect(await world.launches.find(INTERACTION.key)).toBeNull();
    expect(world.bodies).toEqual([]);
    await launch({ ...INTERACTION, budgetUsd: 100 });
    expect(world.announced).toMatchObject([{ budget_usd: 100 }]);
  });

  it('that was refused is not made again, and says why', async () => {
    world.ends.push('refused');
    const refusal = { code: 'ERR_GEMINI_REFUSED', message: 'the call came to refused' };
    await expect(launch(INTERACTION)).rejects.toMatchObject(refusal);
    await expect(launch(INTERACTION)).rejects.toMatchObject(refusal);
    expect(world.bodies).toHaveLength(1);
    expect(await launch({ ...INTERACTION, again: 1 })).toMatchObject({ id: 'int_1' });
  });

  it.each(['quota', 'not-sent'] as const)(
    'that came to %s is made when it is asked for again',
    async (end) => {
      world.ends.push(end);
      await expect(launch(INTERACTION)).rejects.toMatchObject({
        code: end === 'quota' ? 'ERR_GEMINI_QUOTA' : 'ERR_GEMINI_UNAVAILABLE',
      });
      expect(await launch(INTERACTION)).toEqual({ kind: 'created', id: 'int_1', isNew: true });
      expect(await world.launches.find(INTERACTION.key)).toMatchObject({ calls: 2 });
    },
  );

  it('asks the guard before it is made again too, with the budget that it had', async () => {
    world.ends.push('quota');
    await expect(launch({ ...INTERACTION, budgetUsd: 5 })).rejects.toThrow(BridgeError);
    const asked: (number | null)[] = [];
    const guard: LauncherOptions['guard'] = {
      async check({ budgetUsd }) {
        asked.push(budgetUsd);
        return { kind: 'hold', reason: 'the cap is reached' };
      },
    };
    await expect(launch(INTERACTION, { guard })).rejects.toMatchObject({ code: 'ERR_LAUNCH_HELD' });
    expect(asked).toEqual([5]);
    expect(world.bodies).toHaveLength(1);
  });

  it('of an interaction is unclear without its answer, until its event names the job', async () => {
    world.ends.push('made-lost');
    const since = world.nowMs;
    expect(await launch(INTERACTION)).toEqual({ kind: 'unclear', since, calls: 1 });
    expect(await launch(INTERACTION)).toEqual({ kind: 'unclear', since, calls: 1 });
    expect(world.announced).toEqual([]);
    await world.launches.adopt(INTERACTION.key, 'int_1');
    expect(await launch(INTERACTION)).toEqual({ kind: 'created', id: 'int_1', isNew: false });
    expect(world.announced).toMatchObject([{ resource_id: 'int_1' }]);
    expect(world.bodies).toHaveLength(1);
  });

  it('is made again once where a human says so, however often that is said', async () => {
    world.ends.push('lost', 'lost');
    expect(await launch(INTERACTION)).toMatchObject({ kind: 'unclear', calls: 1 });
    expect(await launch({ ...INTERACTION, again: 1 })).toMatchObject({ kind: 'unclear', calls: 2 });
    expect(await launch({ ...INTERACTION, again: 1 })).toMatchObject({ kind: 'unclear', calls: 2 });
    expect(world.bodies).toHaveLength(2);
    expect(await launch({ ...INTERACTION, again: 2 })).toMatchObject({ kind: 'created' });
  });

  it('waits for the call of somebody else, which may be under way', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow = world.options();
    const first = createLauncher({
      ...slow,
      gemini: {
        ...slow.gemini,
        async createInteraction(body, callSignal) {
          await promise;
          return slow.gemini.createInteraction(body, callSignal);
        },
      },
    }).launch(INTERACTION, signal);
    const second = launch(INTERACTION, {
      wait: async (ms) => {
        world.nowMs += ms;
        resolve();
        await first;
      },
    });
    expect(await first).toEqual({ kind: 'created', id: 'int_1', isNew: true });
    expect(await second).toEqual({ kind: 'created', id: 'int_1', isNew: false });
    expect(world.made).toHaveLength(1);
  });

  it('of a batch finds its job by its name, where the answer was lost', async () => {
    world.ends.push('made-lost');
    expect(await launch(BATCH)).toEqual({ kind: 'created', id: 'batches/b1', isNew: true });
    expect(world.made).toEqual([{ id: 'batches/b1', name: BATCH_NAME }]);
    expect(world.announced).toHaveLength(1);
  });

  it('of a batch is made again when its job does not turn up in time', async () => {
    world.ends.push('lost');
    const before = world.nowMs;
    expect(await launch(BATCH)).toEqual({ kind: 'created', id: 'batches/b1', isNew: true });
    expect(world.nowMs - before).toBe(SETTLE_MS);
    expect(world.looks).toBe(SETTLE_MS / 5_000 + 1);
    expect(await world.launches.find(BATCH.key)).toMatchObject({ calls: 2 });
  });

  it('of a batch is unclear where the list is too long to be sure', async () => {
    world.isListLong = true;
    world.ends.push('lost');
    expect(await launch(BATCH)).toMatchObject({ kind: 'unclear', calls: 1 });
    expect(world.bodies).toHaveLength(1);
    expect(await launch({ ...BATCH, again: 1 })).toMatchObject({ id: 'batches/b1' });
  });

  it('ends its wait with its signal', async () => {
    world.ends.push('lost');
    const ending = new AbortController();
    const ended = createLauncher(
      world.options({
        wait: async (_, given) => {
          ending.abort();
          given?.throwIfAborted();
        },
      }),
    ).launch(BATCH, ending.signal);
    await expect(ended).rejects.toMatchObject({ name: 'AbortError' });
    expect(await world.launches.find(BATCH.key)).toMatchObject({ state: 'calling' });
  });

  it('does not call when nobody waits for it any more, and does not cut a call off', async () => {
    const { launches } = world;
    const ending = new AbortController();
    const options = world.options({
      launches: {
        ...launches,
        async begin(given) {
          ending.abort();
          return launches.begin(given);
        },
      },
    });
    await expect(createLauncher(options).launch(INTERACTION, ending.signal)).rejects.toMatchObject({
      code: 'ERR_GEMINI_UNAVAILABLE',
    });
    expect(world.bodies).toEqual([]);
    const leaving = new AbortController();
    const { gemini } = world.options();
    const left = createLauncher(
      world.options({
        gemini: {
          ...gemini,
          async createInteraction(body, callSignal) {
            leaving.abort();
            expect(callSignal.aborted).toBe(false);
            return gemini.createInteraction(body, callSignal);
          },
        },
      }),
    ).launch(INTERACTION, leaving.signal);
    expect(await left).toMatchObject({ kind: 'created', id: 'int_1' });
  });

  it('uploads long rows of a batch before anything is written down', async () => {
    const launched = await launch(BATCH, {
      inlineBytes: 10,
      guard: {
        async check() {
          expect(world.uploads).toEqual([]);
          return { kind: 'go' };
        },
      },
    });
    expect(launched.kind).toBe('created');
    expect(world.uploads).toEqual(['{"key":"k1","request":{"contents":[]}}\n']);
    expect(world.bodies).toMatchObject([{ inputConfig: { fileName: 'files/u1' } }]);
  });

  it('that was halted before its call does not call late', async () => {
    const { launches } = world;
    const halted = launch(INTERACTION, {
      launches: {
        ...launches,
        async begin(given) {
          const begun = await launches.begin(given);
          world.nowMs += CALL_MS;
          return begun;
        },
      },
    });
    await expect(halted).rejects.toMatchObject({ code: 'ERR_GEMINI_UNAVAILABLE' });
    expect(world.bodies).toEqual([]);
    expect(await launch(INTERACTION)).toMatchObject({ kind: 'created', isNew: true });
  });

  it('lasts over an outage of the ledger, also where only its answers are lost', async () => {
    const away = new BridgeError('ERR_POSTGRES_UNAVAILABLE', 'away');
    const losing = <Given extends unknown[], Result>(
      work: (...given: Given) => Promise<Result>,
    ) => {
      let left = 2;
      return async (...given: Given): Promise<Result> => {
        left -= 1;
        if (left === 1) throw away;
        const result = await work(...given);
        if (left === 0) throw away;
        return result;
      };
    };
    const { launches: ledger } = world;
    const launches = {
      ...world.launches,
      begin: losing((given: NewLaunch) => ledger.begin(given)),
      created: losing((...given: Parameters<Launches['created']>) => ledger.created(...given)),
      announced: losing((key: string) => ledger.announced(key)),
      find: losing((key: string) => ledger.find(key)),
    };
    const launched = await launch(INTERACTION, { launches });
    expect(launched).toEqual({ kind: 'created', id: 'int_1', isNew: true });
    expect(world.bodies).toHaveLength(1);
  });

  it('tells the id of a job that the ledger could not be told', async () => {
    const away = new BridgeError('ERR_POSTGRES_UNAVAILABLE', 'away');
    const launches = {
      ...world.launches,
      created: async () => {
        throw away;
      },
    };
    await expect(launch(INTERACTION, { launches })).rejects.toMatchObject({
      code: 'ERR_LAUNCH_UNCLEAR',
      data: { key: INTERACTION.key, resourceId: 'int_1' },
    });
  });

  it('announces a job again that nobody has heard of', async () => {
    const silent = launch(INTERACTION, {
      announce: async () => {
        throw new BridgeError('ERR_KAFKA_UNAVAILABLE', 'away');
      },
    });
    await expect(silent).rejects.toMatchObject({ code: 'ERR_KAFKA_UNAVAILABLE' });
    expect(world.announced).toEqual([]);
    expect(await launch(INTERACTION)).toEqual({ kind: 'created', id: 'int_1', isNew: false });
    expect(world.announced).toMatchObject([{ resource_id: 'int_1' }]);
  });

  it('tells of a second job, which nobody waits for', async () => {
    const { launches } = world;
    const kept = await launch(INTERACTION, {
      launches: {
        ...launches,
        async created(key, caller, id) {
          await launches.adopt(key, 'int_other');
          return launches.created(key, caller, id);
        },
      },
    });
    expect(kept).toEqual({ kind: 'created', id: 'int_other', isNew: false });
    expect(world.strays).toEqual([
      { key: INTERACTION.key, resourceId: 'int_1', keptId: 'int_other' },
    ]);
  });

  it('is refused where it makes no sense, before anything is asked', async () => {
    await expect(launch({ ...INTERACTION, key: '' })).rejects.toMatchObject({
      code: 'ERR_LAUNCH_INVALID',
    });
    expect(() => createLauncher(world.options({ callTimeoutMs: SETTLE_MS }))).toThrow(TypeError);
  });
});
