import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { requireJava } from './cache/maven.ts';
import { startContainers } from './containers/start-containers.ts';
import { lockData } from './data-lock.ts';
import { startKafka } from './kafka/start-kafka.ts';
import { startPostgres } from './postgres/start-postgres.ts';
import { startRegistry } from './registry/start-registry.ts';

/** Addresses of the three servers, embedded or the user's own. */
export interface Stack {
  /** host:port, comma-separated */
  readonly kafkaBrokers: string;
  readonly schemaRegistryUrl: string;
  readonly databaseUrl: string;
  /** Ends what was started here, in order; may be called again. */
  readonly stop: () => Promise<void>;
}

export interface StackOptions {
  /** Where embedded servers keep their data. */
  readonly dataDir: string;
  /** Begin with empty data. */
  readonly fresh?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  readonly provider?: 'embedded' | 'containers';
  /** Settings of the embedded Postgres, as `-c` takes them; for tests. */
  readonly postgresSettings?: Readonly<Record<string, string>>;
  /** A line for each thing that is done, with its time. */
  readonly onStep?: (text: string, milliseconds: number) => void;
}

/** Folders that the embedded servers make; `fresh` deletes these and nothing else. */
const FOLDERS = ['kafka', 'registry', 'postgres'];

interface Started {
  readonly address: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts Kafka, a schema registry and Postgres side by side. Servers that exist already are used where
 * `KAFKA_BROKERS`, `SCHEMA_REGISTRY_URL` or `DATABASE_URL` is set. When one does not start, the others are
 * ended.
 * @throws BridgeError ERR_STACK_*
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  if (options.provider === 'containers') return startContainers();
  const { env = process.env, onStep = () => undefined } = options;
  const dataDir = resolve(options.dataDir);
  const lock = await lockData(dataDir);
  const started: (() => Promise<void>)[] = [];
  const end = async (): Promise<void> => {
    await Promise.all(started.map((stopServer) => stopServer()));
    lock.release();
  };
  let ending: Promise<void> | undefined;
  const stop = (): Promise<void> => (ending ??= end());
  const component = async (
    name: string,
    variable: string,
    start: (common: {
      onProcess: (pid: number) => void;
      onFetch: (reason: string) => void;
    }) => Promise<Started>,
  ): Promise<string> => {
    const own = env[variable];
    const startedAt = Date.now();
    if (own) {
      onStep(`${name}: yours (${variable})`, 0);
      return own;
    }
    const server = await start({
      onProcess: lock.addServer,
      onFetch: (reason) =>
        onStep(
          `${name}: fetching it, the cache is ${reason === 'missing' ? 'empty' : 'corrupt'}`,
          0,
        ),
    });
    started.push(server.stop);
    onStep(`${name}: ready`, Date.now() - startedAt);
    return server.address;
  };
  try {
    if (!env['KAFKA_BROKERS'] || !env['SCHEMA_REGISTRY_URL']) await requireJava(env);
    if (options.fresh === true) {
      await Promise.all(
        FOLDERS.map((name) => rm(join(dataDir, name), { recursive: true, force: true })),
      );
    }
    const folder = (name: string): string => join(dataDir, name);
    const all = await Promise.allSettled([
      component('Kafka', 'KAFKA_BROKERS', async (common) => {
        const { brokers, stop: stopServer } = await startKafka({
          dataDir: folder('kafka'),
          env,
          ...common,
        });
        return { address: brokers, stop: stopServer };
      }),
      component('schema registry', 'SCHEMA_REGISTRY_URL', async (common) => {
        const { url, stop: stopServer } = await startRegistry({
          dataDir: folder('registry'),
          env,
          ...common,
        });
        return { address: url, stop: stopServer };
      }),
      component('Postgres', 'DATABASE_URL', async (common) => {
        const { url, stop: stopServer } = await startPostgres({
          dataDir: folder('postgres'),
          env,
          settings: options.postgresSettings ?? {},
          ...common,
        });
        return { address: url, stop: stopServer };
      }),
    ]);
    const failed = all.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const [kafkaBrokers = '', schemaRegistryUrl = '', databaseUrl = ''] = all.map((result) =>
      result.status === 'fulfilled' ? result.value : '',
    );
    return { kafkaBrokers, schemaRegistryUrl, databaseUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
