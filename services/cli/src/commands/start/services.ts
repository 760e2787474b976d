import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SERVICES_DIR } from '@gemini-events/consumer/find-consumers';
import { BridgeError } from '@gemini-events/events';
import {
  findFreePort,
  type GuardedProcess,
  spawnGuarded,
  waitUntilReady,
} from '@gemini-events/stack';
import { lastWords } from './last-words.ts';
import type { LocalSecrets } from './local-secrets.ts';
import { AGENT_SOURCE, writeSourcesFile } from './sources-file.ts';

/** A process of the bridge, and where its code is. */
interface Service {
  readonly name: string;
  readonly folder: string;
  /** Has to be ready before it is started. */
  readonly after?: string;
}

/** Where the results consumer of a `start` stores. */
export const resultsDirOf = (dataDir: string): string => resolve(dataDir, 'results');

/** In the order of the data's way; they are ended in this order too, so that nothing is cut off. */
const SOURCES: readonly Service[] = [
  { name: 'simulator', folder: 'simulator' },
  // It asks for keys when it starts, and those of the former simulator are of no use.
  { name: 'ingress', folder: 'ingress', after: 'simulator' },
  { name: 'dedup', folder: 'dedup' },
];

/** Ports that are tried first, so that the addresses are the same at each start. */
const PREFERRED = { ingress: 8080, simulator: 8090, notifier: 8070, agent: 8071, admin: 9101 };

export interface ServiceAddresses {
  readonly webhookUrl: string;
  /** Where events of the agent's own jobs come. */
  readonly agentWebhookUrl: string;
  readonly simulatorUrl: string;
  readonly notifierApiUrl: string;
  readonly agentApiUrl: string;
  /** Of each service, by its name: `/livez`, `/readyz`, `/metrics`. */
  readonly admin: Readonly<Record<string, string>>;
  readonly resultsDir: string;
}

export interface Services {
  readonly addresses: ServiceAddresses;
  /** What a program needs that launches jobs here, by the names of variables. Holds secrets. */
  readonly launching: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the simulator, the services and all consumers side by side, each a process that cannot outlive this one, and
 * waits until all are ready.
 * @throws BridgeError ERR_STACK_START with what the service said last
 */
export async function startServices(options: {
  /** With the addresses of Kafka, the registry and Postgres. */
  readonly env: NodeJS.ProcessEnv;
  readonly consumers: readonly string[];
  readonly dataDir: string;
  readonly secrets: LocalSecrets;
  readonly onStep: (text: string, milliseconds: number) => void;
  readonly signal: AbortSignal;
}): Promise<Services> {
  const { env, dataDir, secrets, onStep, signal } = options;
  const consumers = options.consumers.map((name) => ({ name, folder: `consumers/${name}` }));
  const all: readonly Service[] = [...SOURCES, ...consumers];
  const taken = new Set<number>();
  const freePort = async (preferred: number): Promise<number> => {
    const port = await findFreePort(preferred, taken);
    taken.add(port);
    return port;
  };
  // A port that was asked for is used as it is: the service says so when it is taken.
  const ingressPort = env['INGRESS_PORT'] || String(await freePort(PREFERRED.ingress));
  const simulatorPort = env['SIMULATOR_PORT'] || String(await freePort(PREFERRED.simulator));
  const notifierPort = env['NOTIFIER_API_PORT'] || String(await freePort(PREFERRED.notifier));
  const agentPort = env['AGENT_API_PORT'] || String(await freePort(PREFERRED.agent));
  const adminPorts = new Map<string, number>();
  for (const [at, { name }] of all.entries()) {
    adminPorts.set(name, await freePort(PREFERRED.admin + at));
  }
  const webhookUrl = `http://127.0.0.1:${ingressPort}/webhooks/gemini`;
  const agentWebhookUrl = `${webhookUrl}/${AGENT_SOURCE}`;
  const simulatorUrl = `http://127.0.0.1:${simulatorPort}`;
  const resultsDir = resultsDirOf(dataDir);
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
    NOTIFIER_KEYS: env['NOTIFIER_KEYS'] || secrets.notifierKey,
    NOTIFIER_API_PORT: notifierPort,
    AGENT_API_PORT: agentPort,
    AGENT_WEBHOOK_URL: agentWebhookUrl,
    AGENT_OWNER_KEY: secrets.ownerKey,
  };
  const ofIngress = {
    SOURCES_FILE: writeSourcesFile(dataDir, simulatorUrl),
    // It stands in the file, and is refused in both places.
    GEMINI_WEBHOOK_SECRETS: '',
  };
  const running = new Map<string, GuardedProcess>();

  const start = async ({ name, folder }: Service): Promise<void> => {
    const startedAt = Date.now();
    const adminPort = adminPorts.get(name);
    const logFile = join(dataDir, 'logs', `${name}.log`);
    const main = join(SERVICES_DIR, folder, 'src/main.ts');
    const child = await spawnGuarded(process.execPath, [main], {
      logFile,
      env: {
        ...common,
        ...(name === 'ingress' ? ofIngress : {}),
        ADMIN_PORT: String(adminPort),
      },
      // Longer than a service's own drain limit.
      graceMs: 26_000,
    });
    running.set(name, child);
    try {
      await waitUntilReady(name, child, logFile, async () => {
        signal.throwIfAborted();
        return (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).ok;
      });
    } catch (cause) {
      const words = lastWords(readFileSync(logFile, 'utf8')).trim();
      const why = words === '' ? '' : `${words}; `;
      throw new BridgeError('ERR_STACK_START', `${name} did not start: ${why}see ${logFile}`, {
        cause,
      });
    }
    onStep(`${name}: ready`, Date.now() - startedAt);
  };
  const stop = async (): Promise<void> => {
    for (const { name } of SOURCES) await running.get(name)?.stop();
    await Promise.all(consumers.map(async ({ name }) => running.get(name)?.stop()));
  };

  const starting = new Map<string, Promise<void>>();
  for (const service of all) {
    const { name, after = '' } = service;
    starting.set(
      name,
      Promise.resolve(starting.get(after)).then(() => start(service)),
    );
  }
  const starts = await Promise.allSettled(starting.values());
  const failed = starts.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const admin = Object.fromEntries(
    [...adminPorts].map(([name, port]) => [name, `http://127.0.0.1:${port}`]),
  );
  return {
    addresses: {
      webhookUrl,
      agentWebhookUrl,
      simulatorUrl,
      notifierApiUrl: `http://127.0.0.1:${notifierPort}`,
      agentApiUrl: `http://127.0.0.1:${agentPort}`,
      admin,
      resultsDir,
    },
    launching: {
      GEMINI_BASE_URL: simulatorUrl,
      GEMINI_API_KEY: secrets.apiKey,
      AGENT_WEBHOOK_URL: agentWebhookUrl,
      AGENT_OWNER_KEY: secrets.ownerKey,
    },
    stop,
  };
}
