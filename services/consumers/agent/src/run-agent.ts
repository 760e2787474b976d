import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { createPostgresApiTokens } from '@gemini-events/access';
import { createAuditor } from '@gemini-events/access/audit';
import { createPostgresApprovals } from '@gemini-events/approvals';
import { createSlackResponder } from '@gemini-events/approvals/http';
import { approvalRecords } from '@gemini-events/approvals/process';
import { runConsumerProcess } from '@gemini-events/consumer/run';
import { createGemini } from '@gemini-events/gemini';
import { createDispatcher, createHttpClient } from '@gemini-events/http';
import { type Listening, listen } from '@gemini-events/http-api';
import { createPostgresLaunches } from '@gemini-events/launches';
import { createLauncher, fixedBudget } from '@gemini-events/launches/launcher';
import { createPostgresOutbox } from '@gemini-events/notifications';
import { createOutputs, openResultsStore } from '@gemini-events/objects';
import { createPool, migrate, withServerSetting } from '@gemini-events/postgres';
import { topicNames } from '@gemini-events/schemas';
import { configOrExit, listIn, untilSuccess } from '@gemini-events/service';
import {
  createDrain,
  createEngine,
  ENGINE_SCHEMA,
  lastingStore,
  newestOf,
} from '@gemini-events/workflows/engine';
import {
  announceApprovals,
  buriedRecord,
  createAgentConsumer,
  createAgentEvents,
  createPreviousOf,
  followExecutors,
  keepHouse,
  loadWorkflows,
  putOnce,
  whenLaunched,
} from '@gemini-events/workflows/process';
import {
  createPostgresEngineRows,
  createPostgresRunJournal,
  createPostgresRuns,
  createPostgresRunWaits,
  holdExecutorLock,
} from '@gemini-events/workflows/store';
import { createApi } from './api/create-api.ts';
import { agentConfig } from './config.ts';

const MINUTE_MS = 60_000;
/** Of the 25 s that a drain may take. */
const GRACE_MS = 5_000;
const CALL_TIMEOUT_MS = 120_000;
/** Those that may have made the job of an event that nobody knows. */
const CALLS_LOOKED_AT = 50;

const config = configOrExit(agentConfig);
const { TOPIC_PREFIX: prefix, INSTANCE_ID: instance, GEMINI_BASE_URL: baseUrl } = config;
const topics = topicNames(prefix);
const connectionString = config.DATABASE_URL.reveal();
const workflowsFile = config.AGENT_WORKFLOWS;
const workflows = await loadWorkflows(workflowsFile === undefined ? null : resolve(workflowsFile));
// Of this life alone: what a former one left behind is found by its lock, which is free.
const executor = `${instance}/${randomUUID()}`;
const drain = createDrain();
const { ending } = drain;

const policy = { allowedHosts: [], ownOrigins: [baseUrl] };
const http = createHttpClient({
  policy,
  totalTimeoutMs: CALL_TIMEOUT_MS,
  dispatcher: createDispatcher({ policy, idleTimeoutMs: CALL_TIMEOUT_MS }),
});
const responder = createSlackResponder(config.SLACK_HOOKS_ORIGIN);
const pool = createPool({ connectionString, applicationName: `${prefix}.agent-runs` });
// Time lines are for people: what a crash of Postgres takes of the last moment need not hold up each step.
const journalPool = createPool({
  connectionString: withServerSetting(connectionString, 'synchronous_commit', 'off'),
  applicationName: `${prefix}.agent-journal`,
});
const store = await openResultsStore(config, instance);
const closers: (() => Promise<void>)[] = [];

await runConsumerProcess({
  name: 'agent',
  config,
  writes: ['jobs', 'approvals', 'audit'],
  define({ log, metrics, publish, encode }) {
    const events = createAgentEvents(
      log,
      metrics,
      newestOf(workflows).map(({ name }) => name),
    );
    const lasting = <Store extends object>(given: Store) => lastingStore(given, ending);
    const launches = lasting(createPostgresLaunches(pool));
    const runs = lasting(createPostgresRuns(pool));
    const journal = lasting(createPostgresRunJournal(journalPool));
    const waits = lasting(createPostgresRunWaits(pool));
    const storedApprovals = createPostgresApprovals(pool);
    const approvals = lasting(storedApprovals);
    const outbox = lasting(createPostgresOutbox(pool));
    const gemini = createGemini({ http, baseUrl, apiKey: () => config.GEMINI_API_KEY.reveal() });
    const webhookUrl = config.AGENT_WEBHOOK_URL;
    const launcher = createLauncher({
      gemini,
      launches,
      guard: fixedBudget({
        usualUsd: config.AGENT_JOB_BUDGET_USD,
        mostUsd: config.AGENT_MOST_BUDGET_USD,
      }),
      announce: (job) =>
        publish(
          {
            topic: topics.jobs,
            key: job.resource_id,
            value: encode({ name: 'Job', value: job }),
            headers: {},
          },
          ending,
        ),
      caller: instance,
      webhook: webhookUrl === undefined ? null : { url: webhookUrl },
      ownerKey: config.AGENT_OWNER_KEY?.reveal() ?? null,
      onStray: events.stray,
    });
    const engine = createEngine({
      connectionString,
      executor,
      workflows,
      poolSize: config.AGENT_POOL_SIZE,
      parts: {
        runs,
        journal,
        waits,
        launches,
        launcher,
        gemini,
        approvals,
        ...lasting({
          ask: (
            approval: Parameters<typeof storedApprovals.request>[1],
            messages: Parameters<typeof outbox.add>[0],
          ) =>
            pool.transaction(async (transaction) => {
              await storedApprovals.request(transaction, approval);
              await createPostgresOutbox(transaction).add(messages);
            }),
        }),
        tell: async (messages) => {
          await outbox.add(messages);
        },
        results: { outputs: createOutputs(store), put: putOnce(store) },
        settings: {
          channel: config.AGENT_CHANNEL ?? null,
          settleWithinMs: config.AGENT_SETTLE_MINUTES * MINUTE_MS,
          operators: config.AGENT_OPERATORS,
          lookEveryMs: {
            first: config.AGENT_LOOK_MIN_SECONDS * 1_000,
            longest: config.AGENT_LOOK_MAX_SECONDS * 1_000,
          },
        },
        instance,
        bury: (letter, why) =>
          publish(
            buriedRecord(letter, { ...why, topic: topics.dlq('agent'), at: Date.now() }),
            ending,
          ),
        log: (fields) => log.child(fields),
        onEnded: events.ended,
        drain,
      },
    });
    const lock = holdExecutorLock({
      connectionString,
      applicationName: `${prefix}.agent-lock`,
      executor,
      onLost: events.lockLost,
    });
    const engineRows = createPostgresEngineRows(pool, ENGINE_SCHEMA);
    const awaited = { signal: ending, onFailure: events.failed };
    const launched = untilSuccess(() => migrate(pool), awaited).then(() =>
      untilSuccess(() => engine.launch(), awaited),
    );
    const ready = whenLaunched(engine, launched);
    const working = launched.then(
      () => {
        const followed = followExecutors({
          lock,
          engine,
          executors: () => engineRows.executors(),
          own: executor,
          onTakenOver: events.takenOver,
          onFailure: events.failed,
        });
        const announced = announceApprovals({
          lock,
          approvals: storedApprovals,
          engine,
          records: (each) => approvalRecords(each, { topics, encode }),
          publish,
          onDecided: events.decided,
          onFailure: events.failed,
          signal: ending,
        });
        const house = keepHouse({
          runs,
          launches,
          approvals: storedApprovals,
          engine,
          settleLost: async () => (await engineRows.settleLost()).length,
          events,
          now: Date.now,
        });
        return async (): Promise<void> => {
          house.stop();
          await followed.stop();
          await announced.ended;
        };
      },
      () => () => Promise.resolve(),
    );
    const api = createApi({
      approvals: storedApprovals,
      runs: createPostgresRuns(pool),
      journal: createPostgresRunJournal(pool),
      tokens: createPostgresApiTokens(pool),
      engine: ready,
      audit: createAuditor({
        topic: topics.audit,
        publish,
        encode,
        signal: ending,
        now: Date.now,
      }),
      slack: {
        secrets: listIn(config.SLACK_SIGNING_SECRETS?.reveal() ?? ''),
        respond: (to, body) => responder.respond(to, body),
        onRefused: events.refusedSlack,
      },
      onFault: events.apiFailed,
      now: Date.now,
    });
    // A port that is taken ends the process: nobody would notice otherwise.
    const listening = listen(api, {
      host: config.AGENT_API_HOST,
      port: config.AGENT_API_PORT,
      portSetting: 'AGENT_API_PORT',
    });
    void listening.then(({ port }) => log.info({ port }, 'the API listens'));
    closers.push(async () => {
      await listening.then((server: Listening) => server.close());
      // A call that is under way gets its answer: cut off, it would have to be found out what it did.
      await engine.close(GRACE_MS);
      const stop = await working;
      await stop();
      await lock.close();
    });
    return createAgentConsumer({
      workflows: newestOf(workflows),
      engine: ready,
      launches,
      waits,
      calling: () => launches.list({ state: 'calling', limit: CALLS_LOOKED_AT }),
      previousOf: createPreviousOf(gemini),
      events,
    });
  },
  async drain() {
    for (const close of closers) await close();
  },
  async close() {
    await Promise.all([
      http.close(),
      responder.close(),
      pool.close(),
      journalPool.close(),
      store.close(),
    ]);
  },
});
