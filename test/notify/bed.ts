import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createPostgresApiTokens } from '@gemini-events/access';
import { createPool } from '@gemini-events/postgres';
import { findFreePort } from '@gemini-events/stack';
import { makeBed, type StackAddresses } from '../consumer/bed.ts';
import { launchService, type ServiceProcess } from '../kit/service.ts';
import { untilReady } from '../results/bed.ts';

export interface NotifyBed extends Awaited<ReturnType<typeof makeNotifyBed>> {}

/** Topics, a database and notifiers as processes, with their API. */
export async function makeNotifyBed(
  stack: StackAddresses,
  options: {
    readonly dir: string;
    /** Text of the rules file. */
    readonly rules: string;
    /** Where endpoints are. */
    readonly origins: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly partitions?: 'declared';
  },
) {
  const { dir, origins } = options;
  const bed = await makeBed(stack, 'notifier', options.partitions);
  const pool = createPool({ connectionString: bed.databaseUrl, applicationName: 'bed', size: 2 });
  const rulesFile = join(dir, 'rules.yaml');
  await writeFile(rulesFile, options.rules);
  const keys = randomBytes(32).toString('base64');
  const tokens = createPostgresApiTokens(pool);
  const { token } = await tokens.create({
    owner: null,
    name: 'bed',
    scopes: ['endpoints:read', 'endpoints:write', 'deliveries:read', 'deliveries:write'],
    expiresAt: null,
  });
  const instances = new Set<ServiceProcess>();
  let apiUrl = '';

  return {
    ...bed,
    pool,
    rulesFile,
    instances,
    async launch(
      instance: string,
      env: Readonly<Record<string, string>> = {},
    ): Promise<ServiceProcess> {
      const port = await findFreePort();
      apiUrl = `http://127.0.0.1:${port}`;
      const service = await launchService(
        'consumers/notifier',
        {
          KAFKA_BROKERS: stack.kafkaBrokers,
          SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl,
          DATABASE_URL: bed.databaseUrl,
          TOPIC_PREFIX: bed.prefix,
          INSTANCE_ID: instance,
          NOTIFIER_KEYS: keys,
          NOTIFIER_RULES_FILE: rulesFile,
          NOTIFIER_API_PORT: String(port),
          NOTIFIER_OWN_ORIGINS: origins.join(','),
          NOTIFIER_RETRY_DELAYS_MS: '200,500,1000,2000',
          RESULTS_DIR: join(dir, 'results'),
          ...options.env,
          ...env,
        },
        join(dir, `${instance}.log`),
      );
      instances.add(service);
      void service.exited.then(() => instances.delete(service));
      return service;
    },
    async start(
      instance: string,
      env: Readonly<Record<string, string>> = {},
    ): Promise<ServiceProcess> {
      return untilReady(await this.launch(instance, env));
    },
    /** Calls the API of the instance that was launched last, as an operator. */
    async call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
      const answer = await fetch(`${apiUrl}/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (answer.status === 429) {
        await delay(Number(answer.headers.get('retry-after')) * 1_000);
        return this.call(method, path, body);
      }
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return (text === '' ? null : JSON.parse(text)) as Answer;
    },
    /** An endpoint that has verified itself. @returns its id and its secret */
    async addEndpoint(
      url: string,
      more: Readonly<Record<string, unknown>> = {},
    ): Promise<{ readonly id: string; readonly secret: string }> {
      const made = await this.call<{ endpoint: { id: string }; secret: { secret: string } }>(
        'POST',
        '/endpoints',
        { owner: 'acme', url, ...more },
      );
      const { id } = made.endpoint;
      await this.call('POST', `/endpoints/${id}/verify`);
      return { id, secret: made.secret.secret };
    },
    /** Endpoints as if they had been verified, which may be done only so often. */
    async addMany(endpoints: readonly { readonly owner: string; readonly url: string }[]) {
      const ids: string[] = [];
      for (const each of endpoints) {
        const made = await this.call<{ endpoint: { id: string } }>('POST', '/endpoints', each);
        ids.push(made.endpoint.id);
      }
      await bed.db.query(
        `update gemini_events.notify_endpoints set state = 'active' where id = any($1::text[])`,
        [ids],
      );
      return ids;
    },
    /** How many deliveries are in each state. */
    async states(): Promise<Readonly<Record<string, number>>> {
      const { rows } = await bed.db.query<{ state: string; count: number }>(
        `select state, count(*)::int as count from gemini_events.notify_deliveries group by state`,
      );
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },
    async close(): Promise<void> {
      await Promise.all([...instances].map((each) => each.stop()));
      await pool.close();
      await bed.close();
    },
  };
}
