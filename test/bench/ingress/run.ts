import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withAdmin } from '@gemini-events/kafka/admin';
import { createKafkaJs } from '@gemini-events/kafka/connection';
import { startStack } from '@gemini-events/stack';
import { applyDeclared } from '../../kit/apply-declared.ts';
import type { LoadOptions, LoadResult } from '../load.ts';
import { PATH, PLAIN_TOPIC, PREFIX, type Server, type ServerName, startServer } from './servers.ts';

export interface IngressBench {
  readonly servers: readonly ServerName[];
  readonly rounds: number;
  readonly connections: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly requests: number;
  readonly say: (line: string) => void;
}

/** All rounds of each server, in the order in which they were run. */
export type IngressResults = ReadonlyMap<ServerName, readonly LoadResult[]>;

const LOAD = fileURLToPath(new URL('../load.ts', import.meta.url));
const PARTITIONS = 12;

/** Starts Kafka, a registry and the servers once, and loads the servers in turns. */
export async function runIngressBench(options: IngressBench): Promise<IngressResults> {
  const { say } = options;
  const dir = await mkdtemp(join(tmpdir(), 'gemini-events-bench-'));
  const ends: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  try {
    const stack = await startStack({
      dataDir: join(dir, 'stack'),
      // No Postgres is started here.
      env: { ...process.env, DATABASE_URL: 'not used' },
    });
    ends.unshift(() => stack.stop());
    await applyDeclared(PREFIX, stack, { partitions: 'declared' });
    await makePlainTopic(stack.kafkaBrokers);
    const secret = `whsec_${randomBytes(32).toString('base64')}`;
    const servers: Server[] = [];
    for (const name of options.servers) {
      const server = await startServer(name, { ...stack, secret, dir });
      ends.unshift(() => server.stop());
      servers.push(server);
    }
    const results = new Map<ServerName, LoadResult[]>(options.servers.map((name) => [name, []]));
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const { name, pid, port } of servers) {
        const result = await runLoad({ ...options, port, path: PATH, secret, pid, seed: round });
        results.get(name)?.push(result);
        say(`  round ${round}, ${name}: ${summary(result)}`);
      }
    }
    return results;
  } finally {
    for (const end of ends) await end();
  }
}

async function makePlainTopic(kafkaBrokers: string): Promise<void> {
  const kafka = createKafkaJs({ clientId: 'bench', brokers: kafkaBrokers.split(',') });
  await withAdmin(kafka, (admin) =>
    admin.createTopics({ topics: [{ topic: PLAIN_TOPIC, numPartitions: PARTITIONS }] }),
  );
}

/** The load is a process of its own: its work must not slow down the measuring one. */
async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { port, path, secret, pid, connections, warmUpSeconds, seconds, requests, seed } = options;
  const load: LoadOptions = {
    port,
    path,
    secret,
    pid,
    connections,
    warmUpSeconds,
    seconds,
    requests,
    seed,
  };
  const { stdout } = await promisify(execFile)(process.execPath, [LOAD, JSON.stringify(load)]);
  return JSON.parse(stdout) as LoadResult;
}

function summary(result: LoadResult): string {
  const { accepted, cpuSeconds, seconds, p50Ms, p99Ms, non2xx } = result;
  const each = ((cpuSeconds * 1e6) / accepted).toFixed(1);
  return `${Math.round(accepted / seconds)} req/s, ${each} us of CPU each, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, ${non2xx} not 2xx, ${result.residentMib.map(Math.round).join(' → ')} MiB`;
}
