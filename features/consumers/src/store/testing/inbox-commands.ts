import fc from 'fast-check';
import { expect } from 'vitest';
import type { InboxHarness } from '../inbox/inbox.contract.ts';
import type { Claim, ClaimRequest, Lease, Settlement } from '../inbox/inbox.ts';
import type { InboxModel } from './inbox-model.ts';

type Harness = InboxHarness<unknown>;
type InboxCommand = fc.AsyncCommand<InboxModel, Harness>;

const MINUTE = 60_000;
/** Time passes in steps of which no number makes a lease: the real time that a test takes decides nothing. */
const STEP_MS = 4 * MINUTE;
const LEASES_MS = [10 * MINUTE, 22 * MINUTE];

const command = (
  text: string,
  run: (model: InboxModel, harness: Harness) => Promise<void>,
  needsLease = false,
): InboxCommand => ({
  check: ({ leases }) => !needsLease || leases.length > 0,
  run,
  toString: () => text,
});

const leaseAt = ({ leases }: InboxModel, number: number): Lease =>
  leases.at(-1 - (number % leases.length))!;

const claim = (requests: readonly ClaimRequest[], leaseMs: number): InboxCommand => {
  const text = requests
    .map(({ id, mode, takesOver }) => `${id} ${mode}${takesOver ? '!' : ''}`)
    .join(', ');
  return command(`claim [${text}] for ${leaseMs / MINUTE}`, async (model, harness) => {
    const expected = requests.map((request) => model.claim(request, leaseMs));
    const answers = await harness.inbox.claim(requests, leaseMs);
    const realNow = await harness.now();
    expect(answers).toHaveLength(expected.length);
    for (const [index, answer] of answers.entries()) {
      expectSame(answer, expected[index]!, realNow);
    }
  });
};

function expectSame(answer: Claim, expected: Claim, realNow: number): void {
  if (answer.kind !== 'busy' || expected.kind !== 'busy') {
    expect(answer).toEqual(expected);
    return;
  }
  expect(answer.attempts).toBe(expected.attempts);
  expect(Math.abs(answer.until - realNow - expected.until)).toBeLessThan(MINUTE);
}

const renew = (numbers: readonly number[], leaseMs: number): InboxCommand =>
  command(
    `renew [${numbers.join()}] for ${leaseMs / MINUTE}`,
    async (model, { inbox }) => {
      const leases = numbers.map((number) => leaseAt(model, number));
      const expected = leases.map((lease) => model.renew(lease, leaseMs));
      expect(await inbox.renew(leases, leaseMs)).toEqual(expected);
    },
    true,
  );

const settle = (ends: readonly (readonly [number, Settlement])[]): InboxCommand =>
  command(
    `settle [${ends.map((end) => end.join(' ')).join()}]`,
    async (model, { inbox }) => {
      const given = ends.map(([number, as]) => ({ lease: leaseAt(model, number), as }));
      const expected = given.map(({ lease, as }) => model.settle(lease, as));
      expect(await inbox.settle(given)).toEqual(expected);
    },
    true,
  );

const complete = (number: number, isFailing: boolean): InboxCommand =>
  command(
    `complete ${number}${isFailing ? ', failing' : ''}`,
    async (model, { inbox }) => {
      const lease = leaseAt(model, number);
      const isHeld = model.isHeld(lease);
      if (isHeld && !isFailing) model.settle(lease, 'done');
      const failure = new Error('effect');
      const completed = inbox.complete(lease, async () => {
        if (isFailing) throw failure;
        return 'done';
      });
      if (!isHeld) await expect(completed).rejects.toMatchObject({ code: 'ERR_CONSUMER_FENCED' });
      else if (isFailing) await expect(completed).rejects.toBe(failure);
      else expect(await completed).toBe('done');
    },
    true,
  );

const pass = (steps: number): InboxCommand =>
  command(`pass ${(steps * STEP_MS) / MINUTE}`, async (model, harness) => {
    model.now += steps * STEP_MS;
    await harness.passTime(steps * STEP_MS);
  });

const prune = (steps: number): InboxCommand => {
  const ageMs = (steps + 0.5) * STEP_MS;
  return command(`prune ${ageMs / MINUTE}`, async (model, harness) => {
    const count = await harness.inbox.prune((await harness.now()) - ageMs);
    expect(count).toBe(model.prune(model.now - ageMs));
  });
};

const requests = fc.array(
  fc.record({
    consumer: fc.constant('results'),
    source: fc.constant('default'),
    id: fc.constantFrom('a', 'b', 'c'),
    mode: fc.constantFrom('new', 'redrive', 'again'),
    takesOver: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);
const leaseMs = fc.constantFrom(...LEASES_MS);
const settlement = fc.constantFrom<Settlement>('done', 'waiting', 'dead');
/** Which lease, counted from the latest. */
const number = fc.nat(6);

/** Any of what may happen to an inbox. */
export function inboxCommands(maxCommands: number): fc.Arbitrary<Iterable<InboxCommand>> {
  return fc.commands(
    [
      fc.tuple(requests, leaseMs).map((given) => claim(...given)),
      fc.tuple(fc.array(number, { maxLength: 4 }), leaseMs).map((given) => renew(...given)),
      fc.array(fc.tuple(number, settlement), { maxLength: 4 }).map(settle),
      fc.tuple(number, fc.boolean()).map((given) => complete(...given)),
      fc.integer({ min: 1, max: 4 }).map(pass),
      fc.nat(8).map(prune),
    ],
    { maxCommands },
  );
}
