import { beforeEach, describe, expect, it } from 'vitest';
import type { Launch, Launches, NewLaunch } from './launches.ts';

export interface LaunchesHarness {
  /** Empty. */
  readonly launches: Launches;
  /** The clock of the ledger, milliseconds since 1970. */
  now(): Promise<number>;
  /** Lets time pass for all that the ledger remembers. */
  passTime(ms: number): Promise<void>;
}

const MINUTE = 60_000;
const ERROR = { code: 'ERR_GEMINI_REFUSED', message: 'the model\0 is \\ unknown' };

const DIGEST = 'ab'.repeat(32);

function launchOf(key: string, more: Partial<NewLaunch> = {}): NewLaunch {
  return {
    key,
    kind: 'batch',
    digest: DIGEST,
    caller: 'agent-1/a',
    model: 'gemini-3.8-flash',
    owner: 'acme',
    labels: { team: 'search', odd: '\0 "ü' },
    route: 'orders',
    budgetUsd: 1.25,
    previousId: null,
    runId: 'run-1',
    ...more,
  };
}

/** What every ledger of launches keeps. */
export function describeLaunches(name: string, create: () => Promise<LaunchesHarness>): void {
  describe(name, () => {
    let harness: LaunchesHarness;
    let launches: Launches;

    const found = async (key: string): Promise<Launch> => {
      const launch = await launches.find(key);
      if (launch === null) throw new Error(`no launch ${key}`);
      return launch;
    };

    beforeEach(async () => {
      harness = await create();
      launches = harness.launches;
    });

    it('lets the first one call, and shows all others what there is', async () => {
      const before = await harness.now();
      const launch = launchOf('k');
      expect(await launches.begin(launch)).toEqual({ kind: 'call' });
      const again = await launches.begin({ ...launch, caller: 'agent-2/b' });
      const known = {
        ...launch,
        state: 'calling',
        calls: 1,
        resourceId: null,
        error: null,
        settledAt: null,
        announcedAt: null,
      };
      expect(again).toMatchObject({ kind: 'known', launch: known });
      const { begunAt, ageMs } = await found('k');
      expect(begunAt).toBeGreaterThanOrEqual(Math.floor(before) - 1);
      expect(begunAt).toBeLessThanOrEqual((await harness.now()) + 1);
      expect(ageMs).toBeLessThan(MINUTE);
    });

    it('tells of a key that belongs to another request', async () => {
      await launches.begin(launchOf('k'));
      const other = launchOf('k', { digest: 'cd'.repeat(32) });
      expect(await launches.begin(other)).toEqual({ kind: 'conflict' });
      expect(await found('k')).toMatchObject({ digest: DIGEST });
    });

    it('lets one of many at once call', async () => {
      const begun = await Promise.all(
        Array.from({ length: 8 }, (_, n) => launches.begin(launchOf('k', { caller: `c${n}` }))),
      );
      expect(begun.map(({ kind }) => kind).sort()).toEqual([
        'call',
        ...Array.from({ length: 7 }, () => 'known'),
      ]);
    });

    it('takes any text as a key, and gives all of it back', async () => {
      const keys = ['', '\0', '\\0', 'a/b c', "'; --", 'ü𝄞'];
      for (const key of keys) {
        const launch = launchOf(key, { caller: key, owner: key, runId: key, previousId: key });
        await launches.begin(launch);
        expect(await found(key)).toMatchObject(launch);
      }
      const long = 'x'.repeat(5_000);
      await launches.begin(launchOf(long));
      expect(await launches.find(`${long}y`)).toBeNull();
      expect(await launches.created(long, 'agent-1/a', long)).toBe(true);
      expect(await launches.ofResource(long)).toMatchObject({ state: 'created' });
    });

    it('believes only the caller of the call under way', async () => {
      await launches.begin(launchOf('k', { caller: 'a' }));
      expect(await launches.created('k', 'b', 'batches/b')).toBe(false);
      expect(await launches.refused('k', 'b', ERROR)).toBe(false);
      expect(await launches.created('unknown', 'a', 'batches/b')).toBe(false);
      expect(await found('k')).toMatchObject({ state: 'calling', resourceId: null });
      expect(await launches.created('k', 'a', 'batches/a')).toBe(true);
      expect(await launches.created('k', 'a', 'batches/a')).toBe(false);
      expect(await launches.refused('k', 'a', ERROR)).toBe(false);
      const launch = await found('k');
      expect(launch).toMatchObject({ state: 'created', resourceId: 'batches/a', error: null });
      expect(launch.settledAt).toBeGreaterThanOrEqual(launch.begunAt);
      expect(await launches.ofResource('batches/a')).toMatchObject({ key: 'k' });
      expect(await launches.ofResource('batches/b')).toBeNull();
    });

    it('remembers why a call was refused', async () => {
      await launches.begin(launchOf('k', { caller: 'a' }));
      expect(await launches.refused('k', 'a', ERROR)).toBe(true);
      expect(await found('k')).toMatchObject({ state: 'refused', error: ERROR });
      expect(await launches.begin(launchOf('k'))).toMatchObject({
        kind: 'known',
        launch: { state: 'refused', error: ERROR },
      });
    });

    it('adopts the job of a call that has no answer, once', async () => {
      await launches.begin(launchOf('k', { caller: 'a' }));
      expect(await launches.adopt('k', 'int_1')).toBe(true);
      expect(await launches.adopt('k', 'int_1')).toBe(true);
      expect(await launches.adopt('k', 'int_2')).toBe(false);
      expect(await launches.adopt('unknown', 'int_2')).toBe(false);
      // Its own caller learns that it was told already.
      expect(await launches.created('k', 'a', 'int_1')).toBe(false);
      expect(await found('k')).toMatchObject({ state: 'created', resourceId: 'int_1' });
    });

    it('adopts nothing for a call that was refused', async () => {
      await launches.begin(launchOf('k', { caller: 'a' }));
      await launches.refused('k', 'a', ERROR);
      expect(await launches.adopt('k', 'int_1')).toBe(false);
      expect(await found('k')).toMatchObject({ state: 'refused', resourceId: null });
    });

    it('gives a job to one launch alone', async () => {
      for (const key of ['a', 'b', 'c']) await launches.begin(launchOf(key, { caller: key }));
      expect(await launches.created('a', 'a', 'batches/1')).toBe(true);
      expect(await launches.adopt('b', 'batches/1')).toBe(false);
      expect(await launches.created('c', 'c', 'batches/1')).toBe(false);
      expect(await launches.ofResource('batches/1')).toMatchObject({ key: 'a' });
      expect(await found('b')).toMatchObject({ state: 'calling', resourceId: null });
    });

    it.each(['calling', 'refused'] as const)(
      'lets one of two that know the same begin another call, from %s',
      async (state) => {
        await launches.begin(launchOf('k', { caller: 'a' }));
        if (state === 'refused') await launches.refused('k', 'a', ERROR);
        await harness.passTime(10 * MINUTE);
        expect((await found('k')).ageMs).toBeGreaterThanOrEqual(10 * MINUTE);
        const both = await Promise.all([
          launches.again('k', 'b', { sinceCalls: 1 }),
          launches.again('k', 'c', { sinceCalls: 1 }),
        ]);
        expect(both.filter((isIts) => isIts)).toHaveLength(1);
        const launch = await found('k');
        expect(launch).toMatchObject({
          state: 'calling',
          calls: 2,
          caller: both[0] ? 'b' : 'c',
          error: null,
          settledAt: null,
        });
        expect(launch.ageMs).toBeLessThan(10 * MINUTE);
        // Who called first does not speak for the second call.
        expect(await launches.created('k', 'a', 'batches/a')).toBe(false);
        expect(await launches.created('k', launch.caller, 'batches/b')).toBe(true);
      },
    );

    it('begins no other call where the job is there, or where there was none', async () => {
      await launches.begin(launchOf('k', { caller: 'a' }));
      await launches.created('k', 'a', 'batches/a');
      expect(await launches.again('k', 'b', { sinceCalls: 1 })).toBe(false);
      expect(await launches.again('unknown', 'b', { sinceCalls: 0 })).toBe(false);
      expect(await found('k')).toMatchObject({ state: 'created', caller: 'a', calls: 1 });
    });

    it('notes when a job was announced, the first time', async () => {
      await launches.begin(launchOf('k', { caller: 'a' }));
      await launches.announced('k');
      expect(await found('k')).toMatchObject({ announcedAt: null });
      await launches.created('k', 'a', 'batches/a');
      await launches.announced('k');
      const { announcedAt, begunAt } = await found('k');
      expect(announcedAt).toBeGreaterThanOrEqual(begunAt);
      await launches.announced('k');
      expect(await found('k')).toMatchObject({ announcedAt });
    });

    it('lists the newest first, page by page, by what is asked for', async () => {
      const given: Partial<NewLaunch>[] = [{}, { owner: 'other' }, { runId: null }, {}, {}];
      for (const [n, more] of given.entries()) {
        await launches.begin(launchOf(`k${n}`, { caller: 'a', ...more }));
        if (n < 3) await harness.passTime(MINUTE);
      }
      await launches.refused('k3', 'a', ERROR);
      const keys = async (filter: Partial<Parameters<Launches['list']>[0]>) =>
        (await launches.list({ limit: 10, ...filter })).map(({ key }) => key);
      expect(await keys({})).toEqual(['k4', 'k3', 'k2', 'k1', 'k0']);
      expect(await keys({ owner: 'other' })).toEqual(['k1']);
      expect(await keys({ runId: 'run-1' })).toEqual(['k4', 'k3', 'k1', 'k0']);
      expect(await keys({ state: 'refused' })).toEqual(['k3']);
      const paged: string[] = [];
      for (let before: Launch | undefined; ; ) {
        const page: readonly Launch[] = await launches.list({ limit: 2, before });
        paged.push(...page.map(({ key }) => key));
        before = page.at(-1);
        if (before === undefined) break;
      }
      expect(paged).toEqual(['k4', 'k3', 'k2', 'k1', 'k0']);
    });

    it('forgets what is old and settled, and never a call that nobody knows the end of', async () => {
      for (const key of ['open', 'created', 'refused']) {
        await launches.begin(launchOf(key, { caller: 'a' }));
      }
      await launches.created('created', 'a', 'batches/a');
      await launches.refused('refused', 'a', ERROR);
      await harness.passTime(10 * MINUTE);
      await launches.begin(launchOf('young', { caller: 'a' }));
      await launches.refused('young', 'a', ERROR);
      expect(await launches.prune((await harness.now()) - 5 * MINUTE)).toBe(2);
      const left = await launches.list({ limit: 10 });
      expect(left.map(({ key }) => key)).toEqual(['young', 'open']);
      expect(await launches.begin(launchOf('created'))).toEqual({ kind: 'call' });
    });
  });
}
