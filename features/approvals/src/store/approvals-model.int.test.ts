import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase, type TestDatabase } from '@gemini-events/postgres/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Approval, NewDecision } from '../approval.ts';
import { judgeDecision } from '../judge-decision.ts';
import { type Approvals, createPostgresApprovals } from './approvals.ts';
import { asked, CHOICES, passTime } from './testing/asked.ts';

let database: TestDatabase;
let pool: PostgresPool;
let approvals: Approvals;

beforeAll(async () => {
  database = await createTestDatabase(inject('stack').databaseUrl);
  pool = database.pool();
  approvals = createPostgresApprovals(pool);
});
afterAll(() => database?.drop());

describe('an approval', () => {
  type Step = NewDecision | 'expire' | 'cancel' | 'pass time';

  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        id: fc.constant('ap'),
        choice: fc.constantFrom('yes', 'no', 'maybe'),
        actor: fc.constantFrom('cli:a', 'slack:U1', 'token/1'),
        via: fc.constantFrom('cli', 'slack', 'api'),
        reason: fc.constantFrom(null, 'so'),
      }),
    },
    { weight: 1, arbitrary: fc.constantFrom('expire', 'cancel', 'pass time') },
  );

  /** What a plain object would do. */
  function createModel(approvers: readonly string[] | null, defaultChoice: string | null) {
    let now = 0;
    let lines = 1;
    let held: Pick<Approval, 'state' | 'choice' | 'actor'> = {
      state: 'requested',
      choice: null,
      actor: null,
    };
    const isOpen = () => held.state === 'requested';
    const end = (next: typeof held) => {
      held = next;
      lines += 1;
    };
    return {
      held: () => ({ ...held, lines }),
      passTime: () => {
        if (isOpen()) now = 1;
      },
      expire: () => {
        if (isOpen() && now === 1) end({ state: 'expired', choice: defaultChoice, actor: null });
      },
      cancel: () => {
        if (isOpen()) end({ state: 'cancelled', choice: null, actor: null });
      },
      decide({ choice, actor }: NewDecision): string {
        const given = { ...held, choices: CHOICES, approvers, expiresAt: 1 };
        const verdict = judgeDecision(given, { choice, actor }, now);
        if (verdict.kind === 'take') end({ state: verdict.state, choice, actor });
        else if (verdict.kind === 'too_late' || verdict.kind === 'not_allowed') lines += 1;
        return { take: 'taken', repeat: 'taken' }[verdict.kind as string] ?? verdict.kind;
      },
    };
  }

  it('does through all that can happen what a plain object would', async () => {
    const approvers = fc.constantFrom(null, ['cli:a', 'slack:U1']);
    const defaultChoice = fc.constantFrom(null, 'yes');
    const steps = fc.array(step, { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(approvers, defaultChoice, steps, async (may, fallback, all) => {
        await pool.query(`delete from gemini_events.approvals`);
        await approvals.request(pool, asked('ap', { approvers: may, defaultChoice: fallback }));
        const model = createModel(may, fallback);
        for (const each of all) {
          if (each === 'pass time') {
            await passTime(pool, 'ap');
            model.passTime();
          } else if (each === 'expire' || each === 'cancel') {
            await (each === 'expire' ? approvals.expire('ap') : approvals.cancel('ap', 'x'));
            model[each]();
          } else {
            const expected = model.decide(each);
            if ((await approvals.decide(each)).kind !== expected) throw new Error(expected);
          }
          const found = await approvals.find('ap');
          const { length: lines } = await approvals.log('ap');
          expect({ ...found, lines }).toMatchObject(model.held());
        }
        const states = (await approvals.unannounced(99)).map(({ approval }) => approval.state);
        const { state, lines } = model.held();
        expect(states).toHaveLength(lines);
        // At first it is open, and from one line on it is what it has become.
        const opened = states.filter((each) => each === 'requested');
        expect(states).toEqual([...opened, ...Array(lines - opened.length).fill(state)]);
      }),
      { numRuns: 60 },
    );
  });
});
