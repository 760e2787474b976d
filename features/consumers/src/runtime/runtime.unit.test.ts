import { describe, expect, it, vi } from 'vitest';
import { type ConsumerDefinition, defineConsumer } from '../definition/define-consumer.ts';
import type { Outcome } from '../definition/outcome.ts';
import { deadLetter, done, retryLater, skip } from '../definition/outcome.ts';
import { createMemoryParking } from '../store/parking/memory-parking.ts';
import type { Parking } from '../store/parking/parking.ts';
import {
  batchFailed,
  batchSucceeded,
  interactionCompleted,
  testConsumer,
  unknownEvent,
} from '../testing/index.ts';
import { createBench } from '../testing/test-consumer.ts';

type Handle = ConsumerDefinition<'batch'>['handle'];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

function consumerOf(handle: Handle, more: Partial<ConsumerDefinition<'batch'>> = {}) {
  return defineConsumer({ name: 'tested', subscribe: ['batch'], handle, ...more });
}

const of = (resource: string, event_id: string) =>
  batchSucceeded({ resource_id: `batches/${resource}`, event_id });

describe('what a handler says of an event', () => {
  it.each<[string, () => Outcome, string, string | null]>([
    ['done', done, 'done', null],
    ['skip', () => skip('not mine'), 'skipped', 'not mine'],
    [
      'a dead letter',
      () => deadLetter('E_MINE', 'no such order'),
      'dead_lettered',
      'no such order',
    ],
    ['later', () => retryLater('the shop is closed'), 'waiting', 'the shop is closed'],
  ])('%s is told with its reason', async (_, outcome, state, reason) => {
    const bench = testConsumer(consumerOf(async () => outcome()));
    await bench.deliver(batchSucceeded());
    expect(bench.statuses()).toMatchObject([{ state, reason, attempt: 1, consumer: 'tested' }]);
  });

  it('a throw means later', async () => {
    const bench = testConsumer(
      consumerOf(async () => {
        throw new Error('no luck');
      }),
    );
    await bench.deliver(batchSucceeded());
    expect(bench.statuses()).toMatchObject([
      { state: 'waiting', reason: 'no luck', error_code: 'ERR_UNEXPECTED' },
    ]);
  });

  it('events that it did not subscribe to are none of its business', async () => {
    const seen: string[] = [];
    const bench = testConsumer(
      defineConsumer({
        name: 'tested',
        subscribe: ['batch.failed', 'unknown'],
        async handle({ type }) {
          seen.push(type);
          return done();
        },
      }),
    );
    await bench.deliver(batchSucceeded(), batchFailed(), interactionCompleted(), unknownEvent());
    expect(seen).toEqual(['batch.failed', 'model.tuned']);
    expect(bench.outcomes()).toHaveLength(2);
  });
});

describe('an event that does not succeed', () => {
  it('is tried after 10 s, 1 min, 10 min and 1 h, and is a dead letter then', async () => {
    const triedAt: number[] = [];
    let now = 0;
    const bench = testConsumer(
      consumerOf(async () => {
        triedAt.push(now);
        throw new Error('never');
      }),
    );
    await bench.deliver(of('a', 'e1'));
    for (const step of [10 * SECOND, MINUTE, 10 * MINUTE, 60 * MINUTE]) {
      await bench.passTime(step - 1);
      expect(triedAt.at(-1)).toBe(now);
      now += step;
      await bench.passTime(1);
    }
    expect(triedAt).toHaveLength(5);
    expect(bench.deadLetters()).toEqual([
      { resource: 'batches/a', code: 'ERR_UNEXPECTED', message: 'never', attempts: 5 },
    ]);
    expect(await bench.parked()).toEqual([]);
  });

  it('keeps its key in order where the answer that the key is free comes late', async () => {
    const handled: string[] = [];
    const memory = createMemoryParking();
    const answer = Promise.withResolvers<void>();
    const removed = Promise.withResolvers<void>();
    // The database has answered that nothing of the key is left; before that is heard, more is parked.
    const late: Parking = {
      ...memory,
      async remove(records) {
        const free = await memory.remove(records);
        removed.resolve();
        await answer.promise;
        return free;
      },
    };
    const bench = createBench(
      consumerOf(async ({ event_id }, { attempt }) => {
        if (event_id === 'a0' && attempt === 1) return retryLater('not yet');
        handled.push(event_id);
        return done();
      }),
      {},
      late,
    );
    await bench.deliver(of('a', 'a0'));
    const passing = bench.passTime(10 * SECOND);
    await removed.promise;
    const behind = bench.deliver(of('a', 'a1'));
    await vi.waitFor(async () => expect(await memory.counts('tested')).toEqual(new Map([[0, 1]])));
    const last = bench.deliver(of('a', 'a2'));
    answer.resolve();
    await Promise.all([passing, behind, last]);
    expect(handled).toEqual(['a0', 'a1', 'a2']);
    await bench.deliver(of('a', 'a3'));
    expect(handled.at(-1)).toBe('a3');
    expect(await bench.parked()).toEqual([]);
  });

  it('keeps its key in order where it fails again while later ones are being parked', async () => {
    const handled: string[] = [];
    const memory = createMemoryParking();
    const gate = Promise.withResolvers<void>();
    let parkings = 0;
    const slow: Parking = {
      ...memory,
      async park(consumer, records) {
        parkings += 1;
        if (parkings > 1) await gate.promise;
        await memory.park(consumer, records);
      },
    };
    let attempts = 0;
    const bench = createBench(
      consumerOf(async ({ event_id }, { attempt }) => {
        attempts = attempt;
        if (event_id === 'a0' && attempt < 3) return retryLater('not yet');
        handled.push(event_id);
        return done();
      }),
      {},
      slow,
    );
    await bench.deliver(of('a', 'a0'));
    const behind = bench.deliver(of('a', 'a1'), of('a', 'a2'));
    await vi.waitFor(() => expect(parkings).toBe(2));
    const passing = bench.passTime(10 * SECOND);
    await vi.waitFor(() => expect(attempts).toBe(2));
    await new Promise(setImmediate);
    const last = bench.deliver(of('a', 'a3'));
    await new Promise(setImmediate);
    gate.resolve();
    await Promise.all([behind, passing, last]);
    await bench.passTime(MINUTE);
    expect(handled).toEqual(['a0', 'a1', 'a2', 'a3']);
  });

  it('keeps later ones of its key behind it, in order, and holds up no other key', async () => {
    const handled: string[] = [];
    const bench = testConsumer(
      consumerOf(async ({ event_id }, { attempt }) => {
        if (event_id === 'a0' && attempt < 3) return retryLater('not yet');
        handled.push(event_id);
        return done();
      }),
    );
    const laterOnes = Array.from({ length: 100 }, (_, at) => of('a', `a${at + 1}`));
    await bench.deliver(of('a', 'a0'), ...laterOnes.slice(0, 50), of('b', 'b0'));
    expect(handled).toEqual(['b0']);
    await bench.passTime(10 * SECOND);
    await bench.deliver(...laterOnes.slice(50), of('c', 'c0'));
    expect(handled).toEqual(['b0', 'c0']);
    await bench.passTime(MINUTE);
    const ofA = Array.from({ length: 101 }, (_, at) => `a${at}`);
    expect(handled).toEqual(['b0', 'c0', ...ofA]);
    expect(await bench.parked()).toEqual([]);
    await bench.deliver(of('a', 'a101'));
    expect(handled.at(-1)).toBe('a101');
  });
});

describe('handlers', () => {
  it('run for one event once, however often it comes', async () => {
    let runs = 0;
    const bench = testConsumer(
      consumerOf(async () => {
        runs += 1;
        return done();
      }),
    );
    await bench.deliver(of('a', 'e1'), of('a', 'e1'), of('a', 'e2'));
    await bench.deliver(of('a', 'e1'));
    expect(runs).toBe(2);
  });

  it('run once for a type of a resource where that is what the consumer wants', async () => {
    let runs = 0;
    const bench = testConsumer(
      consumerOf(
        async () => {
          runs += 1;
          return done();
        },
        { idempotency: 'resource' },
      ),
    );
    await bench.deliver(of('a', 'e1'), of('a', 'e2'), of('b', 'e3'));
    expect(runs).toBe(2);
  });

  it('never overlap for one key, and run side by side for others up to the limit', async () => {
    let running = 0;
    let most = 0;
    const keys = new Set<string>();
    const bench = testConsumer(
      consumerOf(
        async ({ resource_id }) => {
          expect(keys.has(resource_id)).toBe(false);
          keys.add(resource_id);
          running += 1;
          most = Math.max(most, running);
          await new Promise(setImmediate);
          running -= 1;
          keys.delete(resource_id);
          return done();
        },
        { concurrency: 3 },
      ),
    );
    const events = Array.from({ length: 60 }, (_, at) => of(String(at % 6), `e${at}`));
    await bench.deliver(...events);
    expect(most).toBe(3);
    expect(bench.outcomes().filter(({ state }) => state === 'done')).toHaveLength(60);
  });

  it('get the database for an effect that is done once', async () => {
    const db = { rows: [] as string[] };
    const bench = testConsumer(
      defineConsumer<'batch', typeof db>({
        name: 'tested',
        subscribe: ['batch'],
        async handle({ event_id }, { complete }) {
          await complete(async ({ rows }) => rows.push(event_id));
          throw new Error('too late: the effect is committed');
        },
      }),
      { db },
    );
    await bench.deliver(of('a', 'e1'), of('a', 'e1'));
    expect(db.rows).toEqual(['e1']);
    expect(bench.outcomes()).toEqual([{ resource: 'batches/a', state: 'done' }]);
  });
});

it('an idempotency function that throws is a failed attempt, and a dead letter at last', async () => {
  const handled: string[] = [];
  const bench = testConsumer(
    consumerOf(
      async ({ event_id }) => {
        handled.push(event_id);
        return done();
      },
      {
        retryDelaysMs: [SECOND],
        idempotency: ({ event_id }) => {
          if (event_id === 'bad') throw new TypeError('no order');
          return event_id;
        },
      },
    ),
  );
  await bench.deliver(of('a', 'bad'), of('a', 'good'));
  expect(handled).toEqual([]);
  await bench.passTime(SECOND);
  expect(bench.deadLetters()).toMatchObject([{ code: 'ERR_UNEXPECTED', attempts: 2 }]);
  expect(handled).toEqual(['good']);
});

describe('an event of unproven origin', () => {
  const unproven = batchSucceeded({ trust: 'unproven' });

  it('is a dead letter where our key does not find its job', async () => {
    let runs = 0;
    const bench = testConsumer(
      consumerOf(async () => {
        runs += 1;
        return done();
      }),
    );
    await bench.deliver(unproven);
    expect(runs).toBe(0);
    expect(bench.deadLetters()).toMatchObject([{ code: 'ERR_JOB_FOREIGN', attempts: 1 }]);
  });

  it('is handled where it does, or where the consumer wants it anyway', async () => {
    const asked = testConsumer(
      consumerOf(async () => done()),
      { isOurs: () => true },
    );
    await asked.deliver(unproven);
    const wanted = testConsumer(consumerOf(async () => done(), { acceptUnproven: true }));
    await wanted.deliver(unproven);
    for (const bench of [asked, wanted]) {
      expect(bench.outcomes()).toMatchObject([{ state: 'done' }]);
    }
  });
});

it('a definition tells all of its faults at once', () => {
  const define = () =>
    defineConsumer({
      name: 'Not A Name',
      subscribe: ['batch.done' as 'batch'],
      concurrency: 0,
      handle: async () => done(),
    });
  expect(define).toThrow(/lower case.*batch\.done.*concurrency/);
});
