import type { GeminiEvent, HandlerContext } from '@gemini-events/consumer';
import {
  batchSucceeded,
  interactionCompleted,
  interactionRequiresAction,
  testConsumer,
} from '@gemini-events/consumer/testing';
import { BridgeError, type ErrorCode } from '@gemini-events/events';
import { createMemoryLaunches, type NewLaunch } from '@gemini-events/launches';
import { CALL_METADATA } from '@gemini-events/launches/launcher';
import { describe, expect, it } from 'vitest';
import { defineWorkflow } from '../definition/define-workflow.ts';
import { createAgentConsumer } from './consumer.ts';

const TYPES = ['interaction.requires_action', 'interaction.completed'] as const;
const ROUTED = defineWorkflow({
  name: 'routed',
  on: TYPES,
  where: ({ job }) => job?.route === 'orders',
  run: async () => null,
});
const GREEDY = defineWorkflow({ name: 'greedy', on: TYPES, run: async () => null });

const LAUNCH: NewLaunch = {
  key: 'order-1',
  kind: 'interaction',
  digest: 'aa',
  caller: 'shop/1',
  model: 'gemini-3.8-flash',
  owner: 'acme',
  labels: { team: 'shop' },
  route: 'orders',
  budgetUsd: null,
  previousId: null,
  runId: null,
};
/** The continuation of int_1, as run r1 makes it. */
const CONTINUATION: NewLaunch = {
  ...LAUNCH,
  key: 'continue/int_1',
  caller: 'agent-1/1',
  previousId: 'int_1',
  runId: 'r1',
};

/** The agent's consumer over an engine that only remembers, and what it does. */
function makeBench(workflows = [ROUTED]) {
  const launches = createMemoryLaunches({ now: () => 0 });
  const started: object[] = [];
  const woken: (readonly string[])[] = [];
  const redriven: string[] = [];
  const told: string[] = [];
  const begun = new Set<string>();
  const waiting = new Map<string, readonly string[]>();
  /** What happens between two looks at the ledger. */
  const meanwhile: (() => Promise<unknown>)[] = [];
  /** How Gemini answers about an interaction: the one that it continues, null, or an error. */
  const previous = new Map<string, string | BridgeError>();
  /** What a redrive of a run throws. */
  const unfit = new Map<string, ErrorCode>();
  const consumer = createAgentConsumer({
    workflows,
    engine: {
      async start(workflow, event, { job }) {
        const runId = `${workflow.name}/${event.type}/${event.resource_id}`;
        const isNew = !begun.has(runId);
        begun.add(runId);
        started.push({ workflow: workflow.name, resource: event.resource_id, job, isNew });
        return { runId, isNew };
      },
      async wake(...given) {
        woken.push(given);
      },
      async redrive(runId) {
        const code = unfit.get(runId);
        if (code !== undefined) throw new BridgeError(code, 'it does not fit');
        redriven.push(runId);
      },
    },
    launches,
    waits: { of: async (resource) => waiting.get(resource) ?? [] },
    async previousOf(id) {
      const found = previous.get(id) ?? null;
      if (found instanceof BridgeError) throw found;
      return found;
    },
    async calling() {
      await meanwhile.pop()?.();
      return launches.list({ state: 'calling', limit: 50 });
    },
    events: {
      begun: (workflow) => told.push(`begun ${workflow}`),
      woken: (runs) => told.push(`woken ${runs}`),
      settled: () => told.push('settled'),
    },
  });
  const bench = testConsumer(consumer);
  /** How the last of these events ended. */
  const deliver = async (...events: readonly GeminiEvent[]) => {
    await bench.deliver(...events);
    const { state, reason } = bench.statuses().at(-1) ?? {};
    return { state, reason };
  };
  /** Hands a dead letter over, as its redrive does. */
  const redrive = (event: GeminiEvent, runId?: string) =>
    consumer.handle(event, {
      signal: new AbortController().signal,
      reopened: 'redrive',
      record: {
        ...RECORD,
        headers: runId === undefined ? {} : { 'gemini-run': Buffer.from(runId) },
      },
    } as unknown as HandlerContext);
  return {
    ...bench,
    deliver,
    redrive,
    launches,
    started,
    woken,
    redriven,
    told,
    waiting,
    previous,
    meanwhile,
    unfit,
  };
}

const RECORD = {
  topic: 'gemini.events.interaction',
  partition: 0,
  offset: 5n,
  timestamp: 0,
  key: Buffer.from('int_1'),
  value: Buffer.from('x'),
};
const asks = (id: string, more: Partial<Parameters<typeof interactionRequiresAction>[0]> = {}) =>
  interactionRequiresAction({ resource_id: id, ...more });

describe('an event of a job that was launched', () => {
  it('begins the runs that want it, with what was said of the job', async () => {
    const bench = makeBench([ROUTED, GREEDY]);
    await bench.launches.begin(LAUNCH);
    await bench.launches.created('order-1', 'shop/1', 'int_1');
    expect(await bench.deliver(asks('int_1'))).toMatchObject({ state: 'done' });
    const job = { key: 'order-1', owner: 'acme', labels: { team: 'shop' }, route: 'orders' };
    expect(bench.started).toEqual(
      ['routed', 'greedy'].map((workflow) => ({ workflow, resource: 'int_1', job, isNew: true })),
    );
    expect(bench.told).toEqual(['begun routed', 'begun greedy']);
  });

  it('that comes before the answer to the call is known by the key that it brings along', async () => {
    const bench = makeBench();
    await bench.launches.begin(LAUNCH);
    const event = asks('int_1', { user_metadata: { [CALL_METADATA]: 'order-1' } });
    expect(await bench.deliver(event)).toMatchObject({ state: 'done' });
    expect(bench.started).toMatchObject([{ workflow: 'routed', job: { route: 'orders' } }]);
    expect(await bench.launches.find('order-1')).toMatchObject({
      state: 'created',
      resourceId: 'int_1',
    });
    expect(bench.told).toEqual(['settled', 'begun routed']);
  });

  it('that is quicker than the answer to the call, and brings nothing along, waits for it once', async () => {
    const bench = makeBench();
    await bench.launches.begin(LAUNCH);
    expect(await bench.deliver(asks('int_1'))).toMatchObject({ state: 'waiting' });
    await bench.launches.created('order-1', 'shop/1', 'int_1');
    await bench.passTime(2_000);
    expect(bench.started).toMatchObject([{ workflow: 'routed', job: { route: 'orders' } }]);
    await bench.launches.begin({ ...LAUNCH, key: 'order-2' });
    await bench.deliver(asks('int_2'));
    await bench.passTime(2_000);
    expect(bench.statuses().at(-1)).toMatchObject({ state: 'skipped' });
  });

  it('is known where the answer to its call is written down between two looks at the ledger', async () => {
    const bench = makeBench();
    await bench.launches.begin(LAUNCH);
    bench.meanwhile.push(() => bench.launches.created('order-1', 'shop/1', 'int_1'));
    expect(await bench.deliver(asks('int_1'))).toMatchObject({ state: 'done' });
    expect(bench.started).toMatchObject([{ workflow: 'routed', job: { route: 'orders' } }]);
  });

  it('comes twice, by one delivery or by two, and begins one run', async () => {
    const bench = makeBench([GREEDY]);
    const event = asks('int_1');
    await bench.deliver(event, event, asks('int_1'));
    expect(bench.started).toMatchObject([{ isNew: true }, { isNew: false }, { isNew: false }]);
    expect(bench.told).toEqual(['begun greedy']);
  });

  it('whose key is not in the ledger is one of a job that nobody registered', async () => {
    const bench = makeBench([ROUTED, GREEDY]);
    const event = asks('int_1', { user_metadata: { [CALL_METADATA]: 'forged' } });
    expect(await bench.deliver(event)).toMatchObject({ state: 'done' });
    expect(bench.started).toMatchObject([{ workflow: 'greedy', job: null }]);
  });

  it('does not speak for a call that has made another job', async () => {
    const bench = makeBench();
    await bench.launches.begin(LAUNCH);
    await bench.launches.created('order-1', 'shop/1', 'int_1');
    const event = asks('int_2', { user_metadata: { [CALL_METADATA]: 'order-1' } });
    await bench.deliver(event);
    expect(await bench.launches.find('order-1')).toMatchObject({ resourceId: 'int_1' });
    expect(bench.told).not.toContain('settled');
  });

  it('that nothing wants is skipped', async () => {
    const bench = makeBench();
    expect(await bench.deliver(asks('int_1'))).toMatchObject({
      state: 'skipped',
      reason: 'no workflow takes it',
    });
    expect(await bench.deliver(batchSucceeded())).toMatchObject({ state: 'skipped' });
    expect(bench.started).toEqual([]);
  });
});

describe('an event of a continuation', () => {
  const settled = { state: 'created', resourceId: 'int_2' };

  it('begins no run, whatever wants it: it belongs to the run that made it', async () => {
    const bench = makeBench([GREEDY]);
    await bench.launches.begin(CONTINUATION);
    await bench.launches.created(CONTINUATION.key, 'agent-1/1', 'int_2');
    expect(await bench.deliver(asks('int_2'))).toEqual({
      state: 'skipped',
      reason: 'it belongs to run r1',
    });
    expect(bench.started).toEqual([]);
  });

  it('that comes before the answer to its call settles it by its key, and wakes its run', async () => {
    const bench = makeBench([GREEDY]);
    await bench.launches.begin(CONTINUATION);
    const event = asks('int_2', {
      event_id: 'msg-9',
      user_metadata: { [CALL_METADATA]: CONTINUATION.key },
    });
    await bench.deliver(event);
    expect(await bench.launches.find(CONTINUATION.key)).toMatchObject(settled);
    expect(bench.woken).toEqual([['r1', `call/${CONTINUATION.key}`, 'msg-9']]);
    expect(bench.started).toEqual([]);
  });

  it('that comes by the static webhook is known by the interaction that it continues', async () => {
    const bench = makeBench([GREEDY]);
    await bench.launches.begin(CONTINUATION);
    bench.previous.set('int_2', 'int_1');
    await bench.deliver(interactionCompleted({ resource_id: 'int_2', event_id: 'msg-9' }));
    expect(await bench.launches.find(CONTINUATION.key)).toMatchObject(settled);
    expect(bench.woken).toEqual([['r1', `call/${CONTINUATION.key}`, 'msg-9']]);
    expect(bench.started).toEqual([]);
  });

  it('of somebody else is nobody’s here', async () => {
    const bench = makeBench([GREEDY]);
    await bench.launches.begin(CONTINUATION);
    bench.previous.set('int_8', 'int_7');
    await bench.deliver(asks('int_8'));
    await bench.passTime(2_000);
    expect(bench.started).toMatchObject([{ workflow: 'greedy', resource: 'int_8', job: null }]);
    expect(await bench.launches.find(CONTINUATION.key)).toMatchObject({ state: 'calling' });
  });

  it('waits for Gemini where nobody knows what it continues', async () => {
    const bench = makeBench([GREEDY]);
    await bench.launches.begin(CONTINUATION);
    bench.previous.set('int_2', new BridgeError('ERR_GEMINI_UNAVAILABLE', 'away'));
    await bench.deliver(asks('int_2'));
    expect(await bench.parked()).toEqual(['int_2']);
    bench.previous.set('int_2', 'int_1');
    await bench.passTime(60_000);
    expect(bench.outcomes()).toMatchObject([{ state: 'skipped' }]);
    expect(bench.started).toEqual([]);
  });
});

describe('an event of a job that runs wait for', () => {
  it('wakes each of them, once for the event', async () => {
    const bench = makeBench();
    bench.waiting.set('int_1', ['r1', 'r2']);
    const event = interactionCompleted({ resource_id: 'int_1', event_id: 'msg-1' });
    expect(await bench.deliver(event)).toMatchObject({ state: 'done' });
    expect(bench.woken).toEqual([
      ['r1', 'job/int_1', 'default/msg-1'],
      ['r2', 'job/int_1', 'default/msg-1'],
    ]);
    expect(bench.told).toEqual(['woken 2']);
  });

  it('also begins what wants it', async () => {
    const bench = makeBench([GREEDY]);
    bench.waiting.set('int_1', ['r1']);
    await bench.deliver(interactionCompleted({ resource_id: 'int_1' }));
    expect(bench.started).toMatchObject([{ workflow: 'greedy' }]);
  });
});

describe('a dead letter that is redriven', () => {
  const RUN = 'greedy/default/interaction.requires_action/int_1';

  it('lets its run go on from the step that failed', async () => {
    const bench = makeBench([GREEDY]);
    expect(await bench.redrive(asks('int_1'))).toEqual({ kind: 'done' });
    expect(bench.redriven).toEqual([RUN]);
    expect(bench.started).toEqual([]);
  });

  it('begins a run where there was none yet when it failed', async () => {
    const bench = makeBench([GREEDY]);
    bench.unfit.set(RUN, 'ERR_RUN_UNKNOWN');
    await bench.redrive(asks('int_1'));
    expect(bench.started).toMatchObject([{ workflow: 'greedy', isNew: true }]);
  });

  it('changes nothing where its run is done', async () => {
    const bench = makeBench([GREEDY]);
    bench.unfit.set(RUN, 'ERR_RUN_STATE');
    expect(await bench.redrive(asks('int_1'))).toEqual({ kind: 'done' });
    expect([bench.redriven, bench.started]).toEqual([[], []]);
  });

  it('is of one run: others of its event, which somebody may have cancelled, stay as they are', async () => {
    const bench = makeBench([ROUTED, GREEDY]);
    await bench.launches.begin(LAUNCH);
    await bench.launches.created('order-1', 'shop/1', 'int_1');
    expect(await bench.redrive(asks('int_1'), RUN)).toEqual({ kind: 'done' });
    expect(bench.redriven).toEqual([RUN]);
    expect(bench.started).toEqual([]);
  });

  it('is of one run, also where that was forgotten and begins anew', async () => {
    const bench = makeBench([ROUTED, GREEDY]);
    await bench.launches.begin(LAUNCH);
    await bench.launches.created('order-1', 'shop/1', 'int_1');
    bench.unfit.set(RUN, 'ERR_RUN_UNKNOWN');
    await bench.redrive(asks('int_1'), RUN);
    expect(bench.redriven).toEqual([]);
    expect(bench.started).toMatchObject([{ workflow: 'greedy', isNew: true }]);
  });

  it('waits while the run cannot be redriven', async () => {
    const bench = makeBench([GREEDY]);
    bench.unfit.set(RUN, 'ERR_POSTGRES_UNAVAILABLE');
    await expect(bench.redrive(asks('int_1'))).rejects.toMatchObject({
      code: 'ERR_POSTGRES_UNAVAILABLE',
    });
  });
});
