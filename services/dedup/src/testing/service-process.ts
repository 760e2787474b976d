import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { HEADER } from '@gemini-events/events';
import { createKafkaJs } from '@gemini-events/kafka/connection';
import { DIGEST } from './deliveries.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** A dedup process, as an operator sees it. */
export interface ServiceProcess {
  readonly child: ChildProcess;
  readonly ready: () => Promise<{ readonly ok: boolean; readonly detail: string }>;
  /** The text of /metrics. */
  readonly metrics: () => Promise<string>;
  /** Lines that it has logged so far. */
  readonly log: readonly string[];
  readonly exited: Promise<number | null>;
}

/** Starts `main.ts`; resolves when it has said on which port its admin server is. */
export async function startService(env: NodeJS.ProcessEnv): Promise<ServiceProcess> {
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // HOME: where compiled modules are kept, which makes its start a third shorter.
    env: { HOME: process.env['HOME'], ...env },
  });
  const log: string[] = [];
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const port = await new Promise<number>((resolve, reject) => {
    void exited.then((code) => reject(new Error(`ended with code ${code} at its start`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.push(line);
      const { adminPort } = JSON.parse(line) as { adminPort?: number };
      if (adminPort !== undefined) resolve(adminPort);
    });
  });
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  return {
    child,
    log,
    exited,
    ready: async () => (await (await get('/readyz')).json()) as { ok: boolean; detail: string },
    metrics: async () => (await get('/metrics')).text(),
  };
}

/** SIGTERM; the exit code. */
export function endService({ child, exited }: ServiceProcess): Promise<number | null> {
  child.kill('SIGTERM');
  return exited;
}

/** Writes deliveries of batch events, as the ingress would. */
export async function deliver(
  brokers: string,
  topic: string,
  ids: readonly string[],
): Promise<void> {
  const producer = createKafkaJs({ clientId: 'test', brokers: brokers.split(',') }).producer();
  await producer.connect();
  const messages = ids.map((id) => ({
    key: id,
    value: id,
    headers: {
      [HEADER.webhookId]: id,
      [HEADER.source]: 'default',
      [HEADER.route]: 'batch',
      [HEADER.bodyDigest]: DIGEST,
    },
  }));
  await producer.send({ topic, messages });
  await producer.disconnect();
}
