import { createMemoryLaunches, type Launches } from '@gemini-events/launches';
import type { Launched, LaunchOrder } from '@gemini-events/launches/launcher';
import type { StepOptions } from '../definition/run-context.ts';
import type { Durable } from '../engine/durable.ts';
import { runAttempts } from '../engine/run-attempts.ts';
import type { RunSteps } from '../engine/run-parts.ts';
import { openFailure, sealFailure } from '../engine/step-failure.ts';
import type { RunJournal } from '../store/run-journal.ts';

/** A journal that lasts as long as the test. */
export function createMemoryJournal() {
  const rows: { step: number; name: string; state: string; code: string | null }[] = [];
  const journal: RunJournal = {
    async begin({ step, name }) {
      const before = rows.filter((row) => row.step === step);
      const count = (state: string) => before.filter((row) => row.state === state).length;
      rows.push({ step, name, state: 'running', code: null });
      return {
        attempt: before.length + 1,
        failed: count('failed'),
        cutOff: count('running'),
      };
    },
    done: async (_, step, attempt) => end(step, attempt, 'done', null),
    failed: async (_, step, attempt, { code }) => end(step, attempt, 'failed', code),
    of: async () => [],
  };
  const end = (step: number, attempt: number, state: string, code: string | null): void => {
    const row = rows.filter((each) => each.step === step)[attempt - 1];
    if (row !== undefined) Object.assign(row, { state, code });
  };
  return { journal, rows };
}

/** A run without an engine: its steps are tried as they are there, but nothing outlasts the test. */
export function createFakeRun(given: {
  readonly runId?: string;
  readonly launches?: Launches;
  /** What a launch comes to. @default `int_next` */
  readonly launch?: (order: LaunchOrder) => Promise<Launched>;
}) {
  const { runId = 'run-1', launches = createMemoryLaunches({ now: () => 0 }) } = given;
  const { journal, rows } = createMemoryJournal();
  const orders: LaunchOrder[] = [];
  const { signal } = new AbortController();
  let count = 0;
  const step: Durable['step'] = async (name, work, options: StepOptions = {}) => {
    const place = { runId, step: count++, name, instance: 'test' };
    try {
      return await runAttempts(place, work, { waitMs: 1, ...options }, { journal, signal });
    } catch (error) {
      throw openFailure(sealFailure(error, place.step));
    }
  };
  const launcher = {
    async launch(order: LaunchOrder): Promise<Launched> {
      orders.push(order);
      return (await given.launch?.(order)) ?? { kind: 'created', id: 'int_next', isNew: true };
    },
  };
  const run = {
    durable: { runId, step },
    parts: { launches, launcher },
    workflow: 'test',
    source: 'default',
    eventId: 'msg-1',
    resourceId: 'int_1',
  } as unknown as RunSteps;
  return { run, launches, orders, rows };
}
