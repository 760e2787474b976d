import { randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createPostgresApprovals } from '@gemini-events/approvals';
import { createGemini } from '@gemini-events/gemini';
import { createDispatcher, createHttpClient } from '@gemini-events/http';
import { createPostgresLaunches } from '@gemini-events/launches';
import { createLauncher, fixedBudget, type LaunchOrder } from '@gemini-events/launches/launcher';
import { createPool } from '@gemini-events/postgres';
import { findFreePort } from '@gemini-events/stack';
import {
  createPostgresRunJournal,
  createPostgresRuns,
  type Run,
  type RunState,
} from '@gemini-events/workflows/store';
import { makeBed, type StackAddresses } from '../consumer/bed.ts';
import { type CliRun, runCli } from '../kit/cli.ts';
import { launchService, type ServiceProcess, startService } from '../kit/service.ts';
import { untilReady } from '../results/bed.ts';

export const SIGNING_SECRET = 'agent-bed-signing-secret';

export interface AgentBedOptions {
  readonly dir: string;
  /** Module of workflows; without it the examples. */
  readonly workflows?: string;
  readonly simulator?: Readonly<Record<string, string>>;
  readonly agent?: Readonly<Record<string, string>>;
  /** Stands between the agent and the simulator. @param origin of the simulator */
  readonly proxy?: (origin: string) => Promise<{ readonly origin: string }>;
}

/** The whole way: simulator, ingress with a static and a dynamic source, dedup, and agents as processes. */
export async function makeAgentBed(stack: StackAddresses, options: AgentBedOptions) {
  const { dir } = options;
  // A redrive makes its topics as they are declared.
  const bed = await makeBed(stack, 'agent', 'declared');
  const pool = createPool({ connectionString: bed.databaseUrl, applicationName: 'bed', size: 4 });
  const [ingressPort, simulatorPort] = [await findFreePort(), await findFreePort()];
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const ownerKey = randomUUID();
  const origin = `http://127.0.0.1:${simulatorPort}`;
  const hooks = `http://127.0.0.1:${ingressPort}/webhooks/gemini`;
  const sourcesFile = join(dir, 'sources.yaml');
  await writeFile(
    sourcesFile,
    `sources:
  default:
    secrets: [${secret}]
  agent:
    dynamic:
      jwks_url: ${origin}/.well-known/jwks.json
      schemes: [v1a]
    owner_key: ${ownerKey}
`,
  );
  const kafkaEnv = {
    KAFKA_BROKERS: stack.kafkaBrokers,
    SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    TOPIC_PREFIX: bed.prefix,
  };
  const resultsDir = join(dir, 'results');
  const simulator = await startService(
    'simulator',
    {
      SIMULATOR_PORT: String(simulatorPort),
      SIMULATOR_WEBHOOK_URL: hooks,
      GEMINI_WEBHOOK_SECRETS: secret,
      SIMULATOR_JOB_MIN_MS: '20',
      SIMULATOR_JOB_MAX_MS: '60',
      SIMULATOR_FAILURES: '0',
      SIMULATOR_REQUIRES_ACTION: '0',
      SIMULATOR_FORGERIES: '0',
      SIMULATOR_STALE: '0',
      SIMULATOR_MALFORMED: '0',
      SIMULATOR_UNKNOWN: '0',
      ...options.simulator,
    },
    join(dir, 'simulator.log'),
  );
  const proxied = (await options.proxy?.(origin))?.origin ?? origin;
  const others: ServiceProcess[] = await Promise.all([
    startService(
      'ingress',
      {
        ...kafkaEnv,
        INGRESS_PORT: String(ingressPort),
        INGRESS_STATE_DIR: join(dir, 'state'),
        SOURCES_FILE: sourcesFile,
      },
      join(dir, 'ingress.log'),
    ),
    startService('dedup', { ...kafkaEnv, INSTANCE_ID: 'dedup-1' }, join(dir, 'dedup.log')),
  ]);
  const policy = { allowedHosts: [], ownOrigins: [origin] };
  const http = createHttpClient({
    policy,
    totalTimeoutMs: 30_000,
    dispatcher: createDispatcher({ policy, idleTimeoutMs: 30_000 }),
  });
  const gemini = createGemini({ http, baseUrl: origin, apiKey: () => 'any' });
  const launches = createPostgresLaunches(pool);
  const runs = createPostgresRuns(pool);
  /** A team's own code, that launches jobs for workflows to take. */
  const launcherOf = (webhook: { readonly url: string } | null) =>
    createLauncher({
      gemini,
      launches,
      guard: fixedBudget({ usualUsd: 5, mostUsd: 50 }),
      announce: async () => undefined,
      caller: 'bed',
      webhook,
      ownerKey,
    });
  const instances = new Set<ServiceProcess>();
  const cliEnv = { ...kafkaEnv, DATABASE_URL: bed.databaseUrl };
  let apiUrl = '';

  return {
    ...bed,
    pool,
    origin,
    dir,
    resultsDir,
    simulator,
    gemini,
    launches,
    runs,
    journal: createPostgresRunJournal(pool),
    approvals: createPostgresApprovals(pool),
    instances,
    kafkaEnv,
    apiUrl: () => apiUrl,
    /** Launches a job whose events come by the static webhook, or by the dynamic one. */
    launchJob: async (order: LaunchOrder, by: 'static' | 'dynamic' = 'dynamic') =>
      launcherOf(by === 'static' ? null : { url: `${hooks}/agent` }).launch(
        order,
        AbortSignal.timeout(30_000),
      ),
    async launchAgent(
      instance: string,
      env: Readonly<Record<string, string>> = {},
    ): Promise<ServiceProcess> {
      const port = await findFreePort();
      apiUrl = `http://127.0.0.1:${port}`;
      const service = await launchService(
        'consumers/agent',
        {
          ...kafkaEnv,
          DATABASE_URL: bed.databaseUrl,
          INSTANCE_ID: instance,
          GEMINI_BASE_URL: proxied,
          GEMINI_API_KEY: 'any',
          AGENT_API_PORT: String(port),
          AGENT_WEBHOOK_URL: `${hooks}/agent`,
          AGENT_OWNER_KEY: ownerKey,
          SLACK_SIGNING_SECRETS: SIGNING_SECRET,
          RESULTS_DIR: resultsDir,
          ...(options.workflows === undefined ? {} : { AGENT_WORKFLOWS: options.workflows }),
          ...options.agent,
          ...env,
        },
        join(dir, `${instance}.log`),
      );
      instances.add(service);
      void service.exited.then(() => instances.delete(service));
      return service;
    },
    async startAgent(
      instance: string,
      env: Readonly<Record<string, string>> = {},
    ): Promise<ServiceProcess> {
      return untilReady(await this.launchAgent(instance, env));
    },
    /** Another consumer beside the agent. */
    async startBeside(name: 'results' | 'sync' | 'notifier'): Promise<ServiceProcess> {
      const service = await startService(
        `consumers/${name}`,
        {
          ...kafkaEnv,
          DATABASE_URL: bed.databaseUrl,
          INSTANCE_ID: `${name}-1`,
          GEMINI_BASE_URL: origin,
          GEMINI_API_KEY: 'any',
          RESULTS_DIR: resultsDir,
          NOTIFIER_KEYS: randomBytes(32).toString('base64'),
          NOTIFIER_API_PORT: '0',
        },
        join(dir, `${name}.log`),
      );
      others.push(service);
      return service;
    },
    cli: (...args: readonly string[]): CliRun => runCli(args, { cwd: dir, env: cliEnv }),
    /** Runs a command that has to succeed, and gives its JSON. */
    async json<Answer>(...args: readonly string[]): Promise<Answer> {
      const run = runCli([...args, '--json'], { cwd: dir, env: cliEnv });
      const code = await run.ended;
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}:\n${run.stderr()}`);
      return JSON.parse(run.stdout()) as Answer;
    },
    /** The run that a job began, as soon as it is in a state. */
    async untilRun(resourceId: string, state: RunState, timeoutMs = 30_000): Promise<Run> {
      const endsAt = Date.now() + timeoutMs;
      for (;;) {
        const [run] = await runs.list({ resourceId, limit: 1 });
        if (run?.state === state) return run;
        if (Date.now() > endsAt) {
          throw new Error(`run of ${resourceId}: ${JSON.stringify(run ?? null)}`);
        }
        await delay(50);
      }
    },
    async close(): Promise<void> {
      await Promise.all([...instances, ...others, simulator].map((each) => each.stop()));
      await http.close();
      await pool.close();
      await bed.close();
    },
  };
}
export type AgentBed = Awaited<ReturnType<typeof makeAgentBed>>;
