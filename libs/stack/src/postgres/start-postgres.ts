import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BridgeError } from '@gemini-events/events';
import { Client } from 'pg';
import { claimPort } from '../process/claim-port.ts';
import { spawnGuarded } from '../process/spawn-guarded.ts';
import { waitUntilReady } from '../process/wait-for.ts';
import { asUnprivileged, dataOwner, requireSetpriv } from './as-unprivileged.ts';
import { type PostgresBinaries, postgresBinaries } from './binaries.ts';

const run = promisify(execFile);

const PORT = 15_432;
const USER = 'gemini_events';
const DATABASE = 'gemini_events';

export interface EmbeddedPostgres {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A Postgres on loopback with a random password, its data kept in `dataDir`. */
export async function startPostgres(options: {
  readonly dataDir: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Other binaries than those of the platform's package. */
  readonly binaries?: PostgresBinaries;
  /** Server settings (`-c name=value`). */
  readonly settings?: Readonly<Record<string, string>>;
  readonly onProcess?: (pid: number) => void;
}): Promise<EmbeddedPostgres> {
  const { dataDir, env = process.env } = options;
  const binaries = options.binaries ?? (await postgresBinaries());
  await requireSetpriv(process.getuid?.(), env);
  await mkdir(dataDir, { recursive: true });
  const data = join(dataDir, 'data');
  const password = await keptPassword(join(dataDir, 'password'));
  if (!existsSync(join(data, 'PG_VERSION'))) await initialise(binaries, dataDir, data);
  const { port, release } = await claimPort(PORT);
  const logFile = join(dataDir, 'postgres.log');
  const settings = Object.entries(options.settings ?? {}).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ]);
  const { command, args } = asUnprivileged(
    // No socket file: its folder would have to be writable for the other user.
    {
      command: binaries.postgres,
      args: ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', '', ...settings],
    },
    process.getuid?.(),
  );
  // INT is its fast end: TERM waits until every client has gone.
  const server = await spawnGuarded(command, args, { logFile, env, stopSignal: 'INT' });
  options.onProcess?.(server.pid);
  const urlOf = (database: string): string =>
    `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;
  await waitUntilReady('Postgres', server, logFile, async () => {
    await createDatabase(urlOf('postgres'));
    return true;
  });
  return { url: urlOf(DATABASE), stop: () => server.stop().finally(release) };
}

async function keptPassword(path: string): Promise<string> {
  if (!existsSync(path))
    await writeFile(path, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return readFile(path, 'utf8');
}

/** Makes the data folder under another name first: a crash leaves no half one. */
async function initialise(
  binaries: PostgresBinaries,
  dataDir: string,
  data: string,
): Promise<void> {
  const fresh = join(dataDir, 'data-new');
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  const owner = dataOwner(process.getuid?.());
  if (owner !== null) await chown(fresh, owner, owner);
  const { command, args } = asUnprivileged(
    {
      command: binaries.initdb,
      args: [
        `--pgdata=${fresh}`,
        `--username=${USER}`,
        `--pwfile=${join(dataDir, 'password')}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
        '--no-instructions',
      ],
    },
    process.getuid?.(),
  );
  try {
    await run(command, args);
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    const why = stderr.split('\n').find((line) => line !== '') ?? 'no reason given';
    const message = `Postgres could not make its data folder (${why}): mend that, or set DATABASE_URL`;
    throw new BridgeError('ERR_STACK_START', message, { cause });
  }
  await rename(fresh, data);
}

async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  // A connection that breaks while idle is told here, and would end the process otherwise.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query('select from pg_database where datname = $1', [
      DATABASE,
    ]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}
