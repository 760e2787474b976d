import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Launches } from '../store/launches.ts';
import { findableName } from './display-name.ts';
import type { LaunchOrder } from './launch-order.ts';
import { createLauncher } from './launcher.ts';
import { type Launched, type LauncherOptions } from './launcher-options.ts';
import type { Spending } from './spend-guard.ts';
import {
  CALL_MS,
  callOf,
  createFakeWorld,
  ENDS,
  type FakeWorld,
  SETTLE_MS,
} from './testing/fake-world.ts';

const signal = new AbortController().signal;
const KEY = 'run-1/step';
const MODEL = 'gemini-3.8-flash';
const ORDERS = {
  interaction: { key: KEY, request: { kind: 'interaction', model: MODEL, input: 'hi' } },
  batch: {
    key: KEY,
    request: { kind: 'batch', model: MODEL, displayName: 'n', file: 'files/in' },
  },
} as const satisfies Record<string, LaunchOrder>;

/** A process that launches, and may be killed at its n-th contact with the world. */
interface Process {
  readonly diesAt: number | null;
  /** What a human has said. */
  readonly again: number | undefined;
}

/**
 * The world as a process sees it: each contact with it takes a while before it has its effect, and after
 * that until its answer is there; in both of them the process may end.
 */
function seenBy(
  world: FakeWorld,
  { diesAt }: Process,
  pause: (what: string) => Promise<void>,
): LauncherOptions {
  let contacts = 0;
  const point = async (what: string): Promise<void> => {
    await pause(what);
    contacts += 1;
    if (contacts === diesAt) await new Promise<never>(() => undefined);
  };
  const slow =
    <Given extends readonly unknown[], Result>(
      what: string,
      work: (...given: Given) => Promise<Result>,
    ) =>
    async (...given: Given): Promise<Result> => {
      await point(`before ${what}`);
      const result = await work(...given);
      await point(`after ${what}`);
      return result;
    };
  const { gemini, launches, guard, announce } = world.options();
  /** What is on its way for too long does not arrive: its connection is gone. */
  const create = async (kind: 'batch' | 'interaction', name: string) => {
    const sentAt = world.nowMs;
    await pause('call under way');
    if (world.nowMs - sentAt > SETTLE_MS - CALL_MS) world.ends.unshift('lost');
    const creation = world.arrive(kind, name);
    await point('after call');
    return creation;
  };
  const contactsOf = (store: Launches): Launches =>
    Object.fromEntries(
      Object.entries(store).map(([name, work]) => [name, slow(name, work as never)]),
    ) as unknown as Launches;
  return world.options({
    launches: contactsOf(launches),
    guard: { check: slow('guard', (spending: Spending) => guard.check(spending)) },
    announce: slow('announce', announce),
    gemini: {
      createInteraction: (body) => create('interaction', callOf(body)),
      createBatch: () => create('batch', findableName('n', KEY)),
      findBatch: slow('find batch', gemini.findBatch),
      uploadFile: slow('upload', gemini.uploadFile),
    },
    wait: slow('wait', async (ms: number) => {
      world.nowMs += ms;
    }),
  });
}

/** Goes on as an operator would, until the job is there. */
async function recover(world: FakeWorld, order: LaunchOrder): Promise<Launched> {
  const launcher = createLauncher(world.options());
  for (let round = 0; round < 20; round += 1) {
    const known = await world.launches.find(KEY);
    const [job] = world.made;
    // Its event comes in at last.
    if (known?.state === 'calling' && job !== undefined) await world.launches.adopt(KEY, job.id);
    const again = known?.state === 'created' ? undefined : known?.calls;
    const launched = await launcher
      .launch({ ...order, again }, signal)
      .catch(() => ({ kind: 'failed' }) as const);
    if (launched.kind === 'created') return launched;
  }
  throw new Error('it does not come to an end');
}

const process = fc.record<Process>({
  diesAt: fc.option(fc.integer({ min: 1, max: 30 })),
  again: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined, freq: 4 }),
});

it.each(['interaction', 'batch'] as const)(
  'a key has one %s, however launchers end, hang, and come between each other',
  async (kind) => {
    const checked = fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom(...ENDS), { maxLength: 6 }),
        fc.array(process, { minLength: 1, maxLength: 4 }),
        fc.array(fc.constantFrom(20_000, 40_000, 90_000), { maxLength: 4 }),
        async (scheduler, ends, processes, halts) => {
          const world = createFakeWorld();
          world.ends.push(...ends);
          const order = ORDERS[kind];
          const launched: Launched[] = [];
          for (const [number, each] of processes.entries()) {
            const options = seenBy(world, each, (what) =>
              scheduler.schedule(Promise.resolve(), `${number} ${what}`),
            );
            void createLauncher({ ...options, caller: `agent-${number}` })
              .launch({ ...order, again: each.again }, signal)
              .then(
                (one) => launched.push(one),
                () => undefined,
              );
          }
          // Time passes while none of them gets any further.
          for (const ms of halts) {
            void scheduler.schedule(Promise.resolve(), `halt ${ms}`).then(() => {
              world.nowMs += ms;
            });
          }
          await scheduler.waitIdle();

          // Whoever says that it should be called again without looking may have it twice.
          const blind = new Set(processes.flatMap(({ again }) => again ?? []));
          const most = kind === 'batch' ? 1 : 1 + blind.size;
          expect(world.made.length).toBeLessThanOrEqual(most);
          expect(world.strays.length).toBeLessThanOrEqual(most - 1);

          const end = await recover(world, order);
          expect(world.made.length).toBeLessThanOrEqual(most);
          const id = end.kind === 'created' ? end.id : '';
          expect(world.made.map((job) => job.id)).toContain(id);
          const given = launched.flatMap((each) => (each.kind === 'created' ? [each.id] : []));
          expect(given).toEqual(given.map(() => id));
          expect(await world.launches.find(KEY)).toMatchObject({
            state: 'created',
            resourceId: id,
          });
          expect(world.announced.map((job) => job.resource_id)).toContain(id);
          expect(new Set(world.announced.map((job) => job.resource_id)).size).toBe(1);
        },
      ),
      { numRuns: 400 },
    );
    await expect(checked).resolves.toBeUndefined();
  },
);
