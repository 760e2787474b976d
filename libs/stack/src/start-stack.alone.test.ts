import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresBinaries } from './postgres/binaries.ts';
import { startPostgres } from './postgres/start-postgres.ts';
import { identify, type ProcessIdentity } from './process/identity.ts';
import { startStack } from './start-stack.ts';

let root: string;
const folder = (name: string): string => join(root, name);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stack-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const OTHERS = {
  KAFKA_BROKERS: 'kafka.test:9092',
  SCHEMA_REGISTRY_URL: 'http://registry.test',
  DATABASE_URL: 'postgres://database.test/x',
};
/** Starts only what `variable` names; for the others there are servers. */
const only = (variable: keyof typeof OTHERS): NodeJS.ProcessEnv => ({
  ...process.env,
  ...OTHERS,
  [variable]: undefined,
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows as unknown[];
}

const recorded = (dataDir: string): ProcessIdentity[] =>
  (JSON.parse(readFileSync(join(dataDir, 'lock'), 'utf8')) as { servers: ProcessIdentity[] })
    .servers;

/** A start in a process of its own, which can be killed. */
async function startElsewhere(dataDir: string, env: NodeJS.ProcessEnv) {
  const code = `
    const { startStack } = await import(${JSON.stringify(new URL('./start-stack.ts', import.meta.url).href)});
    const { databaseUrl, schemaRegistryUrl } = await startStack({ dataDir: process.argv[1] });
    console.log(JSON.stringify({ databaseUrl, schemaRegistryUrl }));
  `;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', code, dataDir], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = (await once(owner.stdout, 'data')) as [Buffer];
  const stack = JSON.parse(printed.toString()) as {
    databaseUrl: string;
    schemaRegistryUrl: string;
  };
  const kill = async (): Promise<void> => {
    owner.kill('SIGKILL');
    await once(owner, 'exit');
  };
  return { ...stack, kill, pid: owner.pid };
}

describe('Postgres', () => {
  const env = only('DATABASE_URL');

  it('keeps its data over a stop, even with a client connected, and begins anew with fresh', async () => {
    const dataDir = folder('kept');
    const first = await startStack({ dataDir, env });
    expect(first).toMatchObject({
      kafkaBrokers: OTHERS.KAFKA_BROKERS,
      schemaRegistryUrl: OTHERS.SCHEMA_REGISTRY_URL,
    });
    await query(first.databaseUrl, 'create table kept as select 1 as n');
    await expect(
      query(first.databaseUrl.replace(/:[^:@]+@/, ':wrong@'), 'select 1'),
    ).rejects.toThrow('password');
    const idle = new Client({ connectionString: first.databaseUrl });
    idle.on('error', () => undefined);
    await idle.connect();
    const servers = recorded(dataDir);
    const stopAt = Date.now();
    await Promise.all([first.stop(), first.stop()]);
    expect(Date.now() - stopAt).toBeLessThan(5_000);
    expect(servers.map(({ pid }) => identify(pid))).toEqual([null]);
    const second = await startStack({ dataDir, env });
    expect(await query(second.databaseUrl, 'select n from kept')).toEqual([{ n: 1 }]);
    await second.stop();
    await writeFile(join(dataDir, 'of-the-user'), '');
    const third = await startStack({ dataDir, env, fresh: true });
    await expect(query(third.databaseUrl, 'select n from kept')).rejects.toThrow('does not exist');
    await third.stop();
    expect((await readdir(dataDir)).sort()).toEqual(['of-the-user', 'postgres']);
  });

  it('a folder in use is refused; after kill -9 of its owner it is taken over with its data', async () => {
    const dataDir = folder('killed');
    const owner = await startElsewhere(dataDir, env);
    await query(owner.databaseUrl, 'create table kept as select 2 as n');
    await expect(startStack({ dataDir, env })).rejects.toMatchObject({
      code: 'ERR_STACK_LOCKED',
      message: `another start (pid ${owner.pid}) uses ${dataDir}`,
    });
    const [server] = recorded(dataDir);
    await owner.kill();
    const stack = await startStack({ dataDir, env });
    expect(identify(server?.pid ?? 0)?.startedAt).not.toBe(server?.startedAt);
    expect(await query(stack.databaseUrl, 'select n from kept')).toEqual([{ n: 2 }]);
    await stack.stop();
  });

  it.runIf(process.getuid?.() === 0)(
    'runs for root where data and binaries lie below a folder that only root may enter',
    async () => {
      const closed = folder('closed');
      await mkdir(closed);
      const { postgres } = await postgresBinaries();
      await cp(dirname(dirname(postgres)), join(closed, 'native'), { recursive: true });
      chmodSync(closed, 0o700);
      expect((await stat(closed)).mode & 0o777).toBe(0o700);
      const bin = join(closed, 'native', 'bin');
      const server = await startPostgres({
        dataDir: join(closed, 'data'),
        binaries: { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') },
      });
      expect(await query(server.url, 'select 3 as n')).toEqual([{ n: 3 }]);
      await server.stop();
    },
  );
});

describe('the schema registry', () => {
  const env = only('SCHEMA_REGISTRY_URL');
  const register = async (url: string, name: string): Promise<number> => {
    const schema = JSON.stringify({ type: 'record', name, fields: [] });
    const response = await fetch(`${url}/subjects/${name}-value/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema }),
    });
    return ((await response.json()) as { id: number }).id;
  };

  it('gives the same ids after a stop and after kill -9 of its owner', async () => {
    const dataDir = folder('registry');
    const owner = await startElsewhere(dataDir, env);
    const ids = [
      await register(owner.schemaRegistryUrl, 'First'),
      await register(owner.schemaRegistryUrl, 'Second'),
    ];
    expect(new Set(ids).size).toBe(2);
    await owner.kill();
    // First after the kill, then after a stop.
    for (let start = 0; start < 2; start += 1) {
      const { schemaRegistryUrl, stop } = await startStack({ dataDir, env });
      // In the other order: a registry that had forgotten would number them so.
      const second = await register(schemaRegistryUrl, 'Second');
      expect([await register(schemaRegistryUrl, 'First'), second]).toEqual(ids);
      await stop();
    }
  });
});
