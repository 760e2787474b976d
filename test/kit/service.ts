import { fileURLToPath } from 'node:url';
import {
  findFreePort,
  type GuardedProcess,
  spawnGuarded,
  waitUntilReady,
} from '@gemini-events/stack';

const SERVICES = fileURLToPath(new URL('../../services/', import.meta.url));

export interface ServiceProcess extends GuardedProcess {
  readonly adminUrl: string;
  readonly isReady: () => Promise<boolean>;
  /** The text of /metrics. */
  readonly metrics: () => Promise<string>;
}

/** Starts a service's own `main.ts` as a process; does not wait until it is ready. */
export async function launchService(
  folder: 'ingress' | 'dedup' | 'simulator' | `consumers/${string}`,
  env: NodeJS.ProcessEnv,
  logFile: string,
): Promise<ServiceProcess> {
  const adminUrl = `http://127.0.0.1:${await findFreePort()}`;
  const child = await spawnGuarded(process.execPath, [`${SERVICES}${folder}/src/main.ts`], {
    logFile,
    env: { ...process.env, ...env, ADMIN_PORT: new URL(adminUrl).port },
    graceMs: 26_000,
  });
  return {
    ...child,
    adminUrl,
    isReady: async () => (await fetch(`${adminUrl}/readyz`)).ok,
    metrics: async () => (await fetch(`${adminUrl}/metrics`)).text(),
  };
}

/** {@link launchService}, and waits until it is ready. */
export async function startService(
  ...[folder, env, logFile]: Parameters<typeof launchService>
): Promise<ServiceProcess> {
  const service = await launchService(folder, env, logFile);
  await waitUntilReady(folder, service, logFile, service.isReady);
  return service;
}
