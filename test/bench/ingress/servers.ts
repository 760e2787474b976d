import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort, spawnGuarded, waitUntilReady } from '@gemini-events/stack';
import { startService } from '../../kit/service.ts';

export const PATH = '/webhooks/gemini';
export const PREFIX = 'bench';
export const PLAIN_TOPIC = 'bench-plain';

/** What is measured side by side. */
export const SERVERS = ['ours', 'ceiling', 'plain'] as const;
export type ServerName = (typeof SERVERS)[number];

export interface Server {
  readonly name: ServerName;
  readonly pid: number;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Starts one of the servers as a process of its own; resolves when it takes deliveries. */
export async function startServer(
  name: ServerName,
  options: {
    readonly kafkaBrokers: string;
    readonly schemaRegistryUrl: string;
    readonly secret: string;
    readonly dir: string;
  },
): Promise<Server> {
  const { kafkaBrokers, schemaRegistryUrl, secret, dir } = options;
  const port = await findFreePort();
  const logFile = join(dir, `${name}.log`);
  if (name === 'ours') {
    const env = {
      KAFKA_BROKERS: kafkaBrokers,
      SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      TOPIC_PREFIX: PREFIX,
      GEMINI_WEBHOOK_SECRETS: secret,
      INGRESS_PORT: String(port),
      INGRESS_STATE_DIR: join(dir, 'state'),
    };
    return { name, port, ...(await startService('ingress', env, logFile)) };
  }
  const script = name === 'plain' ? 'plain-node.ts' : 'ceiling.ts';
  const env = {
    ...process.env,
    KAFKA_BROKERS: kafkaBrokers,
    TOPIC: PLAIN_TOPIC,
    SECRET: secret,
    PORT: String(port),
  };
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = await spawnGuarded(process.execPath, [path], { logFile, env });
  await waitUntilReady(name, child, logFile, async () => {
    // Any answer will do.
    await fetch(`http://127.0.0.1:${port}${PATH}`);
    return true;
  });
  return { name, port, ...child };
}
