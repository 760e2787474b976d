import { beforeEach, describe, expect, it } from 'vitest';
import type { Claim, ClaimRequest, Inbox, Lease, Settlement } from './inbox.ts';

export interface InboxHarness<Db> {
  /** Empty. */
  readonly inbox: Inbox<Db>;
  /** The clock of the inbox, milliseconds since 1970. */
  now(): Promise<number>;
  /** Lets time pass for all that the inbox remembers. */
  passTime(ms: number): Promise<void>;
}

const LEASE_MS = 60_000;
const FENCED = { code: 'ERR_CONSUMER_FENCED' };
const BUSY: unknown = {
  kind: 'busy',
  until: expect.any(Number),
  attempts: expect.any(Number),
};

const request = (id: string, mode: ClaimRequest['mode'] = 'new'): ClaimRequest => ({
  consumer: 'results',
  source: 'default',
  id,
  mode,
  takesOver: true,
});
const claimed = (id: string, token: bigint, attempt: number): Claim => ({
  kind: 'claimed',
  lease: { consumer: 'results', source: 'default', id, token, attempt },
});

/** What every inbox has to keep. */
export function describeInbox<Db>(name: string, create: () => Promise<InboxHarness<Db>>): void {
  describe(name, () => {
    let harness: InboxHarness<Db>;
    let inbox: Inbox<Db>;

    const claim = (...requests: readonly ClaimRequest[]): Promise<readonly Claim[]> =>
      inbox.claim(requests, LEASE_MS);
    const leaseOf = async (each: ClaimRequest): Promise<Lease> => {
      const [answer] = await claim(each);
      if (answer?.kind !== 'claimed') throw new Error(`not claimed: ${answer?.kind}`);
      return answer.lease;
    };
    const settle = async (lease: Lease, as: Settlement): Promise<boolean | undefined> =>
      (await inbox.settle([{ lease, as }]))[0];
    const settled = async (id: string, as: Settlement): Promise<void> => {
      expect(await settle(await leaseOf(request(id)), as)).toBe(true);
    };

    beforeEach(async () => {
      harness = await create();
      inbox = harness.inbox;
    });

    it('begins an event that it does not know', async () => {
      expect(await claim(request('a'))).toEqual([claimed('a', 1n, 1)]);
    });

    it.each(['new', 'redrive', 'again'] as const)(
      'says until when an event is busy, mode %s',
      async (mode) => {
        const before = await harness.now();
        await claim(request('a'));
        const [answer] = await claim(request('a', mode));
        expect(answer).toEqual(BUSY);
        const until = answer?.kind === 'busy' ? answer.until : 0;
        expect(until).toBeGreaterThanOrEqual(before + LEASE_MS);
        expect(until).toBeLessThanOrEqual((await harness.now()) + LEASE_MS + 1);
      },
    );

    it('tells events apart by consumer, source and id', async () => {
      const others = [
        request('b'),
        { ...request('a'), source: 'other' },
        { ...request('a'), consumer: 'notifier' },
      ];
      await claim(request('a'));
      const answers = await claim(request('a'), ...others);
      expect(answers.map(({ kind }) => kind)).toEqual(['busy', 'claimed', 'claimed', 'claimed']);
      const leases = answers.flatMap((each) => (each.kind === 'claimed' ? [each.lease] : []));
      expect(leases).toEqual(
        others.map(({ consumer, source, id }) => ({ consumer, source, id, token: 1n, attempt: 1 })),
      );
    });

    it('takes any text as an id', async () => {
      const ids = ['', ' ', '\0', '\\0', '\\', 'ü𝄞', "'; --", '{"a",}', 'NULL', 'x'.repeat(5_000)];
      const requests = [...ids, `${'x'.repeat(5_000)}y`].map((id) => request(id));
      const answers = await claim(...requests);
      expect(answers).toEqual(requests.map(({ id }) => claimed(id, 1n, 1)));
      expect((await claim(...requests)).map(({ kind }) => kind)).toEqual(
        requests.map(() => 'busy'),
      );
    });

    it('lets a crashed event be begun again when its lease is over, and counts the crash', async () => {
      await claim(request('a'));
      await harness.passTime(LEASE_MS - 10_000);
      expect(await claim(request('a'))).toEqual([BUSY]);
      await harness.passTime(10_000);
      expect(await claim(request('a'))).toEqual([claimed('a', 2n, 2)]);
      expect(await claim(request('a'))).toEqual([BUSY]);
    });

    it.each(['new', 'redrive', 'again'] as const)(
      'leaves a crashed event to who takes over, mode %s',
      async (mode) => {
        await claim(request('a'));
        await harness.passTime(LEASE_MS);
        const [answer] = await claim({ ...request('a', mode), takesOver: false });
        expect(answer).toEqual(BUSY);
        expect(answer?.kind === 'busy' && answer.until <= (await harness.now())).toBe(true);
        expect(await claim(request('a', mode))).toEqual([claimed('a', 2n, 2)]);
      },
    );

    it('keeps a lease that is renewed', async () => {
      const lease = await leaseOf(request('a'));
      await harness.passTime(LEASE_MS - 10_000);
      expect(await inbox.renew([lease], LEASE_MS)).toEqual([true]);
      await harness.passTime(LEASE_MS - 10_000);
      expect(await claim(request('a'))).toEqual([BUSY]);
      expect(await settle(lease, 'done')).toBe(true);
    });

    it('leaves a lease that is over with its holder until somebody else takes it', async () => {
      const [a, b, c] = [await leaseOf(request('a')), await leaseOf(request('b')), request('c')];
      const third = await leaseOf(c);
      await harness.passTime(LEASE_MS * 2);
      expect(await inbox.renew([a], LEASE_MS)).toEqual([true]);
      expect(await claim(request('a'))).toEqual([BUSY]);
      expect(await settle(b, 'waiting')).toBe(true);
      expect(await inbox.complete(third, async () => 'effect')).toBe('effect');
    });

    it('fences off who holds an old lease: it can neither renew, settle nor complete', async () => {
      const old = await leaseOf(request('a'));
      await harness.passTime(LEASE_MS);
      const lease = await leaseOf(request('a'));
      let isRun = false;
      expect(await inbox.renew([old], LEASE_MS)).toEqual([false]);
      expect(await settle(old, 'done')).toBe(false);
      await expect(inbox.complete(old, async () => void (isRun = true))).rejects.toMatchObject(
        FENCED,
      );
      expect(isRun).toBe(false);
      expect(await claim(request('a'))).toEqual([BUSY]);
      expect(await settle(lease, 'done')).toBe(true);
    });

    it.each(['done', 'dead', 'waiting'] as const)(
      'ends a lease once, here as %s: nothing can be done with it afterwards',
      async (as) => {
        const lease = await leaseOf(request('a'));
        expect(await settle(lease, as)).toBe(true);
        expect(await settle(lease, 'done')).toBe(false);
        expect(await inbox.renew([lease], LEASE_MS)).toEqual([false]);
        await expect(inbox.complete(lease, async () => 1)).rejects.toMatchObject(FENCED);
      },
    );

    it('lets a waiting event be begun at once, whatever the mode, and counts on', async () => {
      await settled('a', 'waiting');
      expect(await claim(request('a'))).toEqual([claimed('a', 2n, 2)]);
      for (const mode of ['redrive', 'again'] as const) {
        await settled(mode, 'waiting');
        expect(await claim(request(mode, mode))).toEqual([claimed(mode, 2n, 2)]);
      }
    });

    it.each([
      ['done', 'new', false],
      ['done', 'redrive', false],
      ['done', 'again', true],
      ['dead', 'new', false],
      ['dead', 'redrive', true],
      ['dead', 'again', true],
    ] as const)('what is %s, asked for as %s: re-opened %s', async (as, mode, isReopened) => {
      await settled('a', 'waiting');
      await settled('a', as);
      const [answer] = await claim(request('a', mode));
      expect(answer).toEqual(isReopened ? claimed('a', 3n, 1) : { kind: as });
      expect(await claim(request('a'))).toEqual([isReopened ? BUSY : { kind: as }]);
    });

    it.each(['redrive', 'again'] as const)(
      'counts a crash of a re-opened event, mode %s: a handler that kills its process comes to an end',
      async (mode) => {
        await settled('a', 'dead');
        expect(await claim(request('a', mode))).toEqual([claimed('a', 2n, 1)]);
        await harness.passTime(LEASE_MS);
        expect(await claim(request('a', mode))).toEqual([claimed('a', 3n, 2)]);
      },
    );

    it.each([
      ['done', 'again'],
      ['dead', 'again'],
      ['dead', 'redrive'],
    ] as const)(
      'P7: re-opens what is %s, asked for as %s, once for each replay, however often its record comes',
      async (as, mode) => {
        await settled('a', as);
        const replayed = (reopening: string) => ({ ...request('a', mode), reopening });
        expect(await settle(await leaseOf(replayed('one')), as)).toBe(true);
        expect(await claim(replayed('one'))).toEqual([{ kind: as }]);
        // What waits or was left behind goes on; only what has ended stays.
        expect(await settle(await leaseOf(replayed('two')), 'waiting')).toBe(true);
        await leaseOf(replayed('two'));
        await harness.passTime(LEASE_MS);
        expect(await settle(await leaseOf(replayed('two')), as)).toBe(true);
        expect(await claim(replayed('two'))).toEqual([{ kind: as }]);
      },
    );

    it('lets the second of two equal requests in one call find the first', async () => {
      await settled('done', 'done');
      await settled('waiting', 'waiting');
      const answers = await claim(
        request('a'),
        request('done'),
        request('a', 'again'),
        request('done', 'again'),
        request('b'),
        request('waiting'),
        request('done', 'again'),
        request('waiting'),
      );
      expect(answers).toEqual([
        claimed('a', 1n, 1),
        { kind: 'done' },
        BUSY,
        claimed('done', 2n, 1),
        claimed('b', 1n, 1),
        claimed('waiting', 2n, 2),
        BUSY,
        BUSY,
      ]);
    });

    it('settles and renews many in one call, each by its own lease', async () => {
      const old = await leaseOf(request('taken'));
      await harness.passTime(LEASE_MS);
      const taken = await leaseOf(request('taken'));
      const [a, b, c] = [
        await leaseOf(request('a')),
        await leaseOf(request('b')),
        await leaseOf(request('c')),
      ];
      const unknown = { ...a, id: 'unknown' };
      expect(await inbox.renew([c, old, a, unknown, c], LEASE_MS)).toEqual([
        true,
        false,
        true,
        false,
        true,
      ]);
      const ends = [
        { lease: old, as: 'dead' },
        { lease: c, as: 'waiting' },
        { lease: a, as: 'done' },
        { lease: unknown, as: 'done' },
        { lease: c, as: 'done' },
        { lease: b, as: 'dead' },
        { lease: taken, as: 'done' },
      ] as const;
      expect(await inbox.settle(ends)).toEqual([false, true, true, false, false, true, true]);
      const again = await claim(...['a', 'b', 'c', 'taken'].map((id) => request(id)));
      expect(again.map(({ kind }) => kind)).toEqual(['done', 'dead', 'claimed', 'done']);
    });

    it('does nothing for calls without anything in them', async () => {
      expect(await claim()).toEqual([]);
      expect(await inbox.renew([], LEASE_MS)).toEqual([]);
      expect(await inbox.settle([])).toEqual([]);
    });

    it.each(['a new event', 'a crashed event', 'a waiting event', 'a dead event'])(
      'gives %s to one of many that claim it at once, in whatever order they name several',
      async (kind) => {
        const ids = Array.from({ length: 40 }, (_, index) => `${index}`);
        const requests = ids.map((id) => request(id, 'redrive'));
        if (kind !== 'a new event') {
          const leases = await Promise.all(requests.map(leaseOf));
          const as = kind === 'a waiting event' ? 'waiting' : 'dead';
          if (kind === 'a crashed event') await harness.passTime(LEASE_MS);
          else await inbox.settle(leases.map((lease) => ({ lease, as })));
        }
        const calls = await Promise.all(
          Array.from({ length: 6 }, (_, index) =>
            claim(...(index % 2 === 0 ? requests : requests.toReversed())),
          ),
        );
        const ids1 = calls
          .flat()
          .flatMap((each) => (each.kind === 'claimed' ? [each.lease.id] : []));
        expect(ids1.sort()).toEqual(ids.sort());
        expect(calls.flat().filter((each) => each.kind === 'busy')).toHaveLength(5 * ids.length);
      },
    );

    it('lets one of many settle that do it at once, in whatever order they name several', async () => {
      const requests = Array.from({ length: 40 }, (_, index) => request(`${index}`));
      const leases = await Promise.all(requests.map(leaseOf));
      const ends = leases.map((lease) => ({ lease, as: 'done' as const }));
      const calls = await Promise.all(
        Array.from({ length: 6 }, async (_, index) =>
          index % 2 === 0
            ? inbox.settle(ends)
            : (await inbox.settle(ends.toReversed())).toReversed(),
        ),
      );
      for (const index of leases.keys()) {
        expect(calls.filter((answers) => answers[index])).toHaveLength(1);
      }
    });

    it('marks an event done together with its effect, and gives what the effect gives', async () => {
      const lease = await leaseOf(request('a'));
      expect(await inbox.complete(lease, async () => 42)).toBe(42);
      expect(await claim(request('a'), request('a', 'redrive'))).toEqual([
        { kind: 'done' },
        { kind: 'done' },
      ]);
    });

    it('leaves an event with its lease when the effect fails, and passes the error on', async () => {
      const lease = await leaseOf(request('a'));
      const failure = new Error('no');
      await expect(inbox.complete(lease, () => Promise.reject(failure))).rejects.toBe(failure);
      expect(await claim(request('a'))).toEqual([BUSY]);
      expect(await inbox.renew([lease], LEASE_MS)).toEqual([true]);
      expect(await inbox.complete(lease, async () => 'better')).toBe('better');
    });

    it('lets nobody take an event over while its effect runs, though its lease is over', async () => {
      const lease = await leaseOf(request('a'));
      await harness.passTime(LEASE_MS * 2);
      await inbox.complete(lease, async () => {
        const [answer, other] = await claim(request('a', 'again'), request('b'));
        expect(answer).toEqual(BUSY);
        expect(other).toEqual(claimed('b', 1n, 1));
        const until = answer?.kind === 'busy' ? answer.until : 0;
        expect(until).toBeGreaterThan(await harness.now());
        expect(await inbox.renew([lease], LEASE_MS)).toEqual([true]);
      });
      expect(await claim(request('a'))).toEqual([{ kind: 'done' }]);
    });

    it('carries out one of two effects under one lease', async () => {
      const lease = await leaseOf(request('a'));
      let effects = 0;
      const complete = (): Promise<void> => inbox.complete(lease, async () => void (effects += 1));
      const results = await Promise.allSettled([complete(), complete(), complete()]);
      expect(effects).toBe(1);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('lets a settlement wait for the effect under its lease', async () => {
      const lease = await leaseOf(request('a'));
      let settling: Promise<boolean | undefined> | undefined;
      await inbox.complete(lease, async () => {
        settling = settle(lease, 'dead');
        await claim(request('b'));
      });
      expect(await settling).toBe(false);
      expect(await claim(request('a'))).toEqual([{ kind: 'done' }]);
    });

    it('forgets what was finished before a time, and nothing else', async () => {
      await settled('old done', 'done');
      await settled('old dead', 'dead');
      await settled('waiting', 'waiting');
      await claim(request('running'));
      await settled('re-opened', 'dead');
      await harness.passTime(100_000);
      await settled('new', 'done');
      await leaseOf(request('re-opened', 'redrive'));
      expect(await inbox.prune((await harness.now()) - 50_000)).toBe(2);
      expect(await inbox.prune((await harness.now()) - 50_000)).toBe(0);
      expect(await claim(request('old done'), request('old dead'), request('new'))).toEqual([
        claimed('old done', 1n, 1),
        claimed('old dead', 1n, 1),
        { kind: 'done' },
      ]);
      expect(await claim(request('re-opened'), request('waiting'), request('running'))).toEqual([
        BUSY,
        claimed('waiting', 2n, 2),
        claimed('running', 2n, 2),
      ]);
    });
  });
}
