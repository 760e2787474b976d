import { randomUUID } from 'node:crypto';
import { createPostgresApprovals } from '@gemini-events/approvals';
import type { GeminiEvent } from '@gemini-events/consumer';
import { createPostgresLaunches } from '@gemini-events/launches';
import { createPostgresOutbox } from '@gemini-events/notifications';
import { createTestDatabase } from '@gemini-events/postgres/testing';
import type { Workflow } from '../definition/define-workflow.ts';
import { createEngine, type Engine } from '../engine/create-engine.ts';
import { createDrain } from '../engine/drain.ts';
import type { EngineParts, Letter } from '../engine/run-workflow.ts';
import { createPostgresRunJournal } from '../store/run-journal.ts';
import { createPostgresRunWaits } from '../store/run-waits.ts';
import { createPostgresRuns } from '../store/runs.ts';

export const LETTER: Letter = {
  topic: 'gemini.events.interaction',
  partition: 0,
  offset: '0',
  timestamp: 0,
  key: null,
  value: null,
  headers: {},
};

/** An event of an interaction. */
export function interactionEvent(id: string, more: Partial<GeminiEvent> = {}): GeminiEvent {
  return {
    event_id: `msg-${id}`,
    type: 'interaction.requires_action',
    source: 'default',
    labels: {},
    resource_id: id,
    occurred_at: 1_000,
    received_at: 2_000,
    scheme: 'v1',
    trust: 'project',
    user_metadata: {},
    payload: '{}',
    error_code: null,
    error_message: null,
    ...more,
  } as GeminiEvent;
}

/** An engine on a database of its own, with everything real but Gemini, Kafka and Slack. */
export async function openTestEngine(
  serverUrl: string,
  workflows: readonly Workflow[],
  more: Partial<EngineParts> = {},
) {
  const database = await createTestDatabase(serverUrl);
  const pool = database.pool();
  const drain = createDrain();
  const approvals = createPostgresApprovals(pool);
  const buried: { readonly runId: string; readonly code: string; readonly message: string }[] = [];
  const unused = (): never => {
    throw new Error('the test gave no such part');
  };
  const parts: EngineParts = {
    runs: createPostgresRuns(pool),
    journal: createPostgresRunJournal(pool),
    waits: createPostgresRunWaits(pool),
    launches: createPostgresLaunches(pool),
    launcher: { launch: unused },
    gemini: { ask: unused, getInteraction: unused, getBatch: unused } as never,
    approvals,
    ask: (approval, messages) =>
      pool.transaction(async (transaction) => {
        await approvals.request(transaction, approval);
        await createPostgresOutbox(transaction).add(messages);
      }),
    tell: async (messages) => {
      await createPostgresOutbox(pool).add(messages);
    },
    results: { outputs: { ofJob: unused } as never, put: unused },
    settings: {
      channel: null,
      settleWithinMs: 200,
      operators: null,
      lookEveryMs: { first: 50, longest: 200 },
    },
    instance: 'test',
    bury: async (_, why) => {
      buried.push(why);
    },
    log: () => ({ info: () => undefined, warn: () => undefined, error: () => undefined }),
    onEnded: () => undefined,
    drain,
    ...more,
  };
  const engine: Engine = createEngine({
    connectionString: database.url,
    executor: `test/${randomUUID()}`,
    workflows,
    parts,
  });
  await engine.launch();
  return {
    engine,
    parts,
    approvals,
    pool,
    buried,
    close: async () => {
      await engine.close(100);
      await database.drop();
    },
  };
}
export type TestEngine = Awaited<ReturnType<typeof openTestEngine>>;
