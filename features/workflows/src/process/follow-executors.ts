import type { Engine } from '../engine/create-engine.ts';
import type { ExecutorLock } from '../store/executor-lock.ts';

const LOOK_EVERY_MS = 2_000;
/** After a break of Postgres all locks are gone; so long the others are given to take theirs again. */
const GRACE_MS = 10_000;

/**
 * Looks whether the processes live that runs are under way in, and takes over the runs of those that do
 * not. A process that is killed loses its lock at once; after a restart of Postgres all have lost theirs,
 * so nothing is concluded before they had time to come back. One that is taken for dead and lives all the
 * same does no harm: the engine takes nothing more of it, and the ledger lets no call be made twice.
 */
export function followExecutors(options: {
  readonly lock: ExecutorLock;
  readonly engine: Pick<Engine, 'takeOver'>;
  /** Executors that have runs under way. */
  readonly executors: () => Promise<readonly string[]>;
  readonly own: string;
  readonly onTakenOver: (executor: string) => void;
  readonly onFailure: (error: unknown) => void;
}): { readonly stop: () => Promise<void> } {
  const { lock, engine, executors, own, onTakenOver, onFailure } = options;
  let isStopped = false;
  const look = async (): Promise<void> => {
    if (!lock.isHeld() || (lock.steadyMs() ?? 0) < GRACE_MS) return;
    for (const executor of await executors()) {
      if (executor === own || isStopped) continue;
      const isDead = await lock.alone(executor, () => engine.takeOver(executor));
      if (isDead) onTakenOver(executor);
    }
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look).catch(onFailure);
  }, LOOK_EVERY_MS);
  return {
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await looking;
    },
  };
}
