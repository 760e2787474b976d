import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BridgeError } from '@gemini-events/events';
import {
  findFreePort,
  type GuardedProcess,
  spawnGuarded,
  waitUntilReady,
} from '@gemini-events/stack';
import type { LocalSecrets } from './local-secrets.ts';

const SERVICES_DIR = fileURLToPath(new URL('../../../../', import.meta.url));

/** In the order of the data's way; they are ended in this order too, so that nothing is cut off. */
const NAMES = ['simulator', 'ingress', 'dedup', 'results'] as const;
type ServiceName = (typeof NAMES)[number];

const FOLDERS: Readonly<Record<ServiceName, string>> = {
  simulator: 'simulator',
  ingress: 'ingress',
  dedup: 'dedup',
  results: 'consumers/results',
};

/** Ports that are tried first, so that the addresses are the same at each start. */
const PREFERRED = { ingress: 8080, simulator: 8090, admin: 9101 };

export interface ServiceAddresses {
  readonly webhookUrl: string;
  readonly simulatorUrl: string;
  /** Of each service: `/livez`, `/readyz`, `/metrics`. */
  readonly admin: Readonly<Record<ServiceName, string>>;
  readonly resultsDir: string;
}

export interface Services {
  readonly addresses: ServiceAddresses;
  readonly apiKey: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the simulator and the services side by side, each a process that cannot outlive this one, and
 * waits until all are ready.
 * @throws BridgeError ERR_STACK_START with what the service said last
 */
export async function startServices(options: {
  readonly env: NodeJS.ProcessEnv;
  readonly dataDir: string;
  readonly secrets: LocalSecrets;
  readonly onStep: (text: string, milliseconds: number) => void;
  readonly signal: AbortSignal;
}): Promise<Services> {
  const { env, dataDir, secrets, onStep, signal } = options;
  const taken = new Set<number>();
  const freePort = async (preferred: number): Promise<number> => {
    const port = await findFreePort(preferred, taken);
    taken.add(port);
    return port;
  };
  // A port that was asked for is used as it is: the service says so when it is taken.
  const ingressPort = env['INGRESS_PORT'] || String(await freePort(PREFERRED.ingress));
  const simulatorPort = env['SIMULATOR_PORT'] || String(await freePort(PREFERRED.simulator));
  const adminPorts = {} as Record<ServiceName, number>;
  for (const [at, name] of NAMES.entries()) adminPorts[name] = await freePort(PREFERRED.admin + at);
  const webhookUrl = `http://127.0.0.1:${ingressPort}/webhooks/gemini`;
  const simulatorUrl = `http://127.0.0.1:${simulatorPort}`;
  const resultsDir = join(dataDir, 'results');
  const common = {
    ...env,
    INGRESS_PORT: ingressPort,
    SIMULATOR_PORT: simulatorPort,
    SIMULATOR_WEBHOOK_URL: webhookUrl,
    SIMULATOR_API_KEY: secrets.apiKey,
    GEMINI_WEBHOOK_SECRETS: secrets.webhookSecret,
    // The simulator stands in for Gemini: a real key has no business here.
    GEMINI_API_KEY: secrets.apiKey,
    GEMINI_BASE_URL: simulatorUrl,
    RESULTS_DIR: resultsDir,
  };
  const running = new Map<ServiceName, GuardedProcess>();

  const start = async (name: ServiceName): Promise<void> => {
    const startedAt = Date.now();
    const logFile = join(dataDir, 'logs', `${name}.log`);
    const main = join(SERVICES_DIR, FOLDERS[name], 'src/main.ts');
    const child = await spawnGuarded(process.execPath, [main], {
      logFile,
      env: { ...common, ADMIN_PORT: String(adminPorts[name]) },
      // Longer than a service's own drain limit.
      graceMs: 26_000,
    });
    running.set(name, child);
    try {
      await waitUntilReady(name, child, logFile, async () => {
        signal.throwIfAborted();
        return (await fetch(`http://127.0.0.1:${adminPorts[name]}/readyz`)).ok;
      });
    } catch (cause) {
      throw new BridgeError('ERR_STACK_START', `${name} did not start: ${lastWords(logFile)}`, {
        cause,
      });
    }
    onStep(`${name}: ready`, Date.now() - startedAt);
  };
  const stop = async (): Promise<void> => {
    for (const name of NAMES) await running.get(name)?.stop();
  };

  const all = await Promise.allSettled(NAMES.map(start));
  const failed = all.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const admin = Object.fromEntries(
    NAMES.map((name) => [name, `http://127.0.0.1:${adminPorts[name]}`]),
  ) as Record<ServiceName, string>;
  return {
    addresses: { webhookUrl, simulatorUrl, admin, resultsDir },
    apiKey: secrets.apiKey,
    stop,
  };
}

/** The message of the last line that a service logged, or that line itself where it is no JSON. */
function lastWords(logFile: string): string {
  const last = readFileSync(logFile, 'utf8').trim().split('\n').at(-1) ?? '';
  try {
    const { msg } = JSON.parse(last) as { msg?: unknown };
    return typeof msg === 'string' ? `${msg}; see ${logFile}` : `see ${logFile}`;
  } catch {
    return `${last}; see ${logFile}`;
  }
}
