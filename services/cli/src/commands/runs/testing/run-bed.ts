import { randomUUID } from 'node:crypto';
import { createPostgresApprovals } from '@gemini-events/approvals';
import type { Io } from '@gemini-events/cli-kit';
import { configOf, consumersConfig } from '@gemini-events/cli-kit/config';
import { Cluster } from '@gemini-events/kafka/cluster';
import { createDecoder, createRegistry } from '@gemini-events/kafka/codec';
import { connectionFrom } from '@gemini-events/kafka/connection';
import { readToEnd } from '@gemini-events/kafka/reader';
import { createPostgresLaunches } from '@gemini-events/launches';
import type { PostgresPool } from '@gemini-events/postgres';
import { createTestDatabase } from '@gemini-events/postgres/testing';
import { type AuditEntry, topicNames } from '@gemini-events/schemas';
import type { Workflow } from '@gemini-events/workflows';
import { createDrain, createEngine, type EngineParts } from '@gemini-events/workflows/engine';
import {
  createPostgresRunJournal,
  createPostgresRuns,
  createPostgresRunWaits,
} from '@gemini-events/workflows/store';
import { runCli } from '../../../run-cli.ts';

/** The command line, with an engine that does the work, on a database and topics of their own. */
export async function openRunBed(
  stack: {
    readonly kafkaBrokers: string;
    readonly schemaRegistryUrl: string;
    readonly databaseUrl: string;
  },
  workflows: readonly Workflow[],
) {
  const database = await createTestDatabase(stack.databaseUrl);
  const pool = database.pool();
  const env = {
    KAFKA_BROKERS: stack.kafkaBrokers,
    SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
    DATABASE_URL: database.url,
    TOPIC_PREFIX: `runs${randomUUID().slice(0, 8)}`,
  };
  const cliWith =
    (more: Pick<Io, 'stdout'>) =>
    async (...argv: readonly string[]) => {
      let [out, talk] = ['', ''];
      const code = await runCli(argv, {
        env,
        out: (text) => (out += text),
        talk: (text) => (talk += `${text}\n`),
        ...more,
      });
      return { code, out, talk };
    };
  const cli = cliWith({});
  for (const what of ['topics', 'schemas']) await cli(what, 'apply');
  const engine = createEngine({
    connectionString: database.url,
    executor: `test/${randomUUID()}`,
    workflows,
    parts: partsOn(pool),
  });
  await engine.launch();
  return {
    pool,
    engine,
    cli,
    onTerminal: (columns: number) => cliWith({ stdout: { isTTY: true, columns } as never }),
    json: async (...argv: readonly string[]) =>
      JSON.parse((await cli(...argv, '--json')).out) as unknown,
    /** Entries of the audit topic about something. */
    audited: (subject: string) => audited(env, subject),
    close: async () => {
      await engine.close(100);
      await database.drop();
    },
  };
}
export type RunBed = Awaited<ReturnType<typeof openRunBed>>;

/** What an engine needs for workflows that call nothing. */
function partsOn(on: PostgresPool): EngineParts {
  const approvals = createPostgresApprovals(on);
  const unused = (): never => {
    throw new Error('no workflow here needs it');
  };
  return {
    runs: createPostgresRuns(on),
    journal: createPostgresRunJournal(on),
    waits: createPostgresRunWaits(on),
    launches: createPostgresLaunches(on),
    launcher: { launch: unused },
    gemini: { ask: unused } as never,
    approvals,
    ask: async (approval) => {
      await approvals.request(on, approval);
    },
    tell: unused,
    results: { outputs: { ofJob: unused } as never, put: unused },
    settings: {
      channel: null,
      settleWithinMs: 200,
      operators: null,
      lookEveryMs: { first: 50, longest: 200 },
    },
    instance: 'agent-0',
    bury: async () => undefined,
    log: () => ({ info: () => undefined, warn: () => undefined, error: () => undefined }),
    onEnded: () => undefined,
    drain: createDrain(),
  };
}

async function audited(env: NodeJS.ProcessEnv, subject: string): Promise<readonly AuditEntry[]> {
  const config = configOf(consumersConfig, { env, out: () => undefined, talk: () => undefined });
  const cluster = new Cluster(connectionFrom(config, 'test'));
  const decoder = createDecoder(createRegistry(config));
  const values: Buffer[] = [];
  try {
    await readToEnd(cluster, topicNames(config.TOPIC_PREFIX).audit, {
      from: 'earliest',
      signal: AbortSignal.timeout(20_000),
      onRecord: (_, { value }) => {
        if (value !== null) values.push(Buffer.from(value));
      },
    });
  } finally {
    await cluster.close();
  }
  const entries = await Promise.all(values.map((value) => decoder.decode(value)));
  return entries
    .flatMap(({ name, value }) => (name === 'AuditEntry' ? [value] : []))
    .filter((entry) => entry.subject === subject);
}
