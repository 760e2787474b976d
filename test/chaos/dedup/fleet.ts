import { join } from 'node:path';
import { launchService, type ServiceProcess } from '../../kit/service.ts';

/** The dedup instances of a run, by name. */
export interface Fleet {
  readonly names: () => readonly string[];
  readonly launch: (name: string) => Promise<void>;
  /** kill -9 */
  readonly kill: (name: string) => Promise<void>;
  /** SIGTERM, and waits for the drain. */
  readonly end: (name: string) => Promise<void>;
  readonly signal: (name: string, signal: NodeJS.Signals) => void;
  readonly transactionalId: (name: string) => string;
  /** What its requests name as their client; each of dedup's clients names the same. */
  readonly clientId: (name: string) => string;
  readonly areReady: () => Promise<boolean>;
  readonly readyCount: () => Promise<number>;
  /** Of those that run. */
  readonly pids: () => readonly number[];
  readonly endAll: () => Promise<void>;
}

export function createFleet(env: NodeJS.ProcessEnv, prefix: string, logDir: string): Fleet {
  const running = new Map<string, ServiceProcess>();
  const take = (name: string): ServiceProcess => {
    const service = running.get(name);
    if (service === undefined) throw new Error(`no instance ${name} runs`);
    return service;
  };
  const end = async (name: string): Promise<void> => {
    const service = take(name);
    running.delete(name);
    await service.stop();
  };
  const readyCount = async (): Promise<number> => {
    const all = await Promise.allSettled([...running.values()].map((each) => each.isReady()));
    return all.filter((each) => each.status === 'fulfilled' && each.value).length;
  };
  return {
    names: () => [...running.keys()],
    async launch(name) {
      const instance = { ...env, INSTANCE_ID: name };
      running.set(name, await launchService('dedup', instance, join(logDir, `dedup-${name}.log`)));
    },
    async kill(name) {
      const service = take(name);
      running.delete(name);
      service.kill('SIGKILL');
      await service.exited;
    },
    end,
    signal: (name, signal) => take(name).kill(signal),
    transactionalId: (name) => `${prefix}.dedup-${name}`,
    clientId: (name) => `${prefix}.dedup-${name}`,
    areReady: async () => (await readyCount()) === running.size,
    readyCount,
    pids: () => [...running.values()].map(({ pid }) => pid),
    async endAll() {
      await Promise.all([...running.keys()].map(end));
    },
  };
}
