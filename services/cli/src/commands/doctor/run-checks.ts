import { createPostgresApprovals } from '@gemini-events/approvals';
import { checkApprovals } from '@gemini-events/approvals/checks';
import { type Finding, fail, ok, warn } from '@gemini-events/cli-kit';
import type { DoctorConfig } from '@gemini-events/cli-kit/config';
import { checkConsumers } from '@gemini-events/consumer/checks';
import { findConsumers } from '@gemini-events/consumer/find-consumers';
import { ERROR_CODES, isBridgeError } from '@gemini-events/events';
import { checkReadModel } from '@gemini-events/job-status/checks';
import { applyTopics, withAdmin } from '@gemini-events/kafka/admin';
import { Cluster } from '@gemini-events/kafka/cluster';
import { createRegistry } from '@gemini-events/kafka/codec';
import { connectionFrom, createKafkaJs } from '@gemini-events/kafka/connection';
import { createPool, migrationStatus, type PostgresPool } from '@gemini-events/postgres';
import { parseSecret } from '@gemini-events/webhooks/parse-secret';
import { declaredTopics } from '../../declared-topics.ts';
import { checkWebhooks } from './check-webhooks.ts';

/** What `schemas apply` sets. */
const COMPATIBILITY = 'FULL_TRANSITIVE';
const MOST_SKEW_MS = 5_000;
const SAFE_REPLICAS = 3;

/** All checks, each on its own: one that cannot be made does not keep the others from it. */
export async function runChecks(config: DoctorConfig): Promise<readonly Finding[]> {
  const pool = createPool({
    connectionString: config.DATABASE_URL.reveal(),
    applicationName: `${config.TOPIC_PREFIX}.cli`,
    size: 2,
  });
  const cluster = new Cluster(connectionFrom(config, `${config.TOPIC_PREFIX}.cli`));
  try {
    const checks: readonly (readonly [string, () => Promise<readonly Finding[]>])[] = [
      ['brokers', () => checkBrokers(config)],
      ['topics', () => checkTopics(config)],
      ['schemas', () => checkSchemas(config)],
      ['database', () => checkDatabase(pool)],
      ['clocks', () => checkClocks(pool)],
      [
        'consumers',
        () => checkConsumers({ kafka: kafkaOf(config), prefix: config.TOPIC_PREFIX, pool }),
      ],
      [
        'approvals',
        // A database without the table is told of as such.
        () => checkApprovals(createPostgresApprovals(pool), Date.now()).catch(() => []),
      ],
      ['read model', () => checkReadModel(cluster, pool)],
      ['secrets', async () => checkSecrets(config)],
      ['webhooks', () => checkWebhooks(config)],
    ];
    const findings: Finding[] = [];
    for (const [name, check] of checks) findings.push(...(await check().catch(failed(name))));
    return findings;
  } finally {
    await pool.close();
    await cluster.close();
  }
}

function failed(check: string) {
  return (error: unknown): readonly Finding[] => {
    const detail = error instanceof Error ? error.message : String(error);
    const advice = isBridgeError(error) ? ERROR_CODES[error.code].operator : 'Look at the cause.';
    return [fail(check, detail, advice)];
  };
}

function kafkaOf(config: DoctorConfig) {
  return createKafkaJs(connectionFrom(config, `${config.TOPIC_PREFIX}.cli`));
}

async function checkBrokers(config: DoctorConfig): Promise<readonly Finding[]> {
  const { brokers } = await withAdmin(kafkaOf(config), (admin) => admin.describeCluster());
  const detail = `${brokers.length} of ${brokers.map(({ host, port }) => `${host}:${port}`).join(', ')}`;
  return brokers.length < SAFE_REPLICAS
    ? [
        warn(
          'brokers',
          detail,
          'For production have three brokers, topics with three replicas, and min.insync.replicas 2.',
        ),
      ]
    : [ok('brokers', detail)];
}

async function checkTopics(config: DoctorConfig): Promise<readonly Finding[]> {
  const actions = await applyTopics(kafkaOf(config), {
    prefix: config.TOPIC_PREFIX,
    topics: declaredTopics(findConsumers()),
    dryRun: true,
  });
  const refused = actions.filter(({ action }) => action === 'refuse').map(({ topic }) => topic);
  const open = actions.filter(({ action }) => action === 'create' || action === 'change');
  if (refused.length > 0) {
    const detail = `another partition count: ${refused.join(', ')}`;
    return [fail('topics', detail, ERROR_CODES.ERR_KAFKA_TOPIC_MISFIT.operator)];
  }
  if (open.length === 0) return [ok('topics', `${actions.length} as they are declared`)];
  const detail = open.map(({ action, topic }) => `${action} ${topic}`).join(', ');
  return [fail('topics', detail, 'Run `gemini-events topics apply`.')];
}

async function checkSchemas(config: DoctorConfig): Promise<readonly Finding[]> {
  const registry = createRegistry(config);
  const changes = await registry.applySchemas(config.TOPIC_PREFIX, { dryRun: true });
  const open = changes.filter(({ change }) => change !== 'unchanged').map(({ subject }) => subject);
  if (open.length > 0) {
    return [fail('schemas', `missing: ${open.join(', ')}`, 'Run `gemini-events schemas apply`.')];
  }
  const loose: string[] = [];
  for (const { subject } of changes) {
    const mode = await registry.compatibilityOf(subject);
    if (mode !== COMPATIBILITY) loose.push(`${subject} is ${mode}`);
  }
  if (loose.length === 0) {
    return [ok('schemas', `${changes.length} registered, ${COMPATIBILITY}`)];
  }
  const advice = `Set their compatibility to ${COMPATIBILITY}: else somebody's next version may break readers of older records.`;
  return [warn('schemas', loose.join(', '), advice)];
}

async function checkDatabase(pool: PostgresPool): Promise<readonly Finding[]> {
  const { pending, newer } = await migrationStatus(pool);
  if (pending.length > 0) {
    const advice =
      'Start a consumer, or sync, with the right to make tables: it brings it up to date.';
    return [warn('database', `lacks ${pending.join(', ')}`, advice)];
  }
  const detail = newer.length === 0 ? 'up to date' : `newer than this program: ${newer.join(', ')}`;
  return [ok('database', detail)];
}

async function checkClocks(pool: PostgresPool): Promise<readonly Finding[]> {
  const before = Date.now();
  const [row] = await pool.query<{ now: number }>(
    'select (extract(epoch from clock_timestamp()) * 1000)::float8 as now',
  );
  const after = Date.now();
  const now = row?.now ?? after;
  const skew = Math.max(0, before - now, now - after);
  const detail = `${Math.round(skew)} ms between this machine and the database`;
  if (skew <= MOST_SKEW_MS) return [ok('clocks', detail)];
  const advice = 'Keep clocks by NTP: deliveries that are 300 s off are refused.';
  return [warn('clocks', detail, advice)];
}

/** Their form alone; none of them is shown. */
function checkSecrets({ GEMINI_WEBHOOK_SECRETS: given }: DoctorConfig): readonly Finding[] {
  if (given === undefined) return [ok('secrets', 'GEMINI_WEBHOOK_SECRETS is not set here')];
  const secrets = given
    .reveal()
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  const faults = secrets.flatMap((text, at) => {
    const parsed = parseSecret(text);
    return parsed.ok ? [] : [`the ${at + 1}. one ${parsed.fault}`];
  });
  // What the header of a delivery looks like is often taken for the secret.
  if (secrets.some((text) => /^v1a?$/.test(text))) {
    faults.unshift('one begins with a signature version; give only the part from whsec_ on');
  }
  if (faults.length > 0) {
    const advice =
      'Copy each as it was shown when it was made: whsec_ and base64, with commas between.';
    return [fail('secrets', faults.join('; '), advice)];
  }
  return [ok('secrets', `${secrets.length} signing secrets of the right form`)];
}
