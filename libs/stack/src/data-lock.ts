import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BridgeError } from '@gemini-events/events';
import { identify, isAlive, type ProcessIdentity, self } from './process/identity.ts';
import { type LockFile, takeLockFile } from './process/lock-file.ts';

export interface DataLock {
  /** Records a server: after a kill -9 the next start waits for its end. */
  readonly addServer: (pid: number) => void;
  readonly release: () => void;
}

/** Servers of a dead owner are ended by their guards; one that is left after this is killed. */
const FORMER_LIMIT_MS = 15_000;

/**
 * Takes a data folder for this process. A lock whose owner is dead is taken over once the servers that
 * it had started are gone.
 * @throws BridgeError ERR_STACK_LOCKED
 */
export async function lockData(dataDir: string): Promise<DataLock> {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'lock');
  const owner = self();
  const outcome = takeLockFile(path, owner);
  if (!outcome.taken) {
    const { holder } = outcome;
    throw new BridgeError('ERR_STACK_LOCKED', `another start (pid ${holder}) uses ${dataDir}`, {
      data: { pid: holder },
    });
  }
  await waitForEnd(outcome.former);
  const servers: ProcessIdentity[] = [];
  const write = (): void => {
    writeFileSync(`${path}.new`, JSON.stringify({ owner, servers } satisfies LockFile));
    renameSync(`${path}.new`, path);
  };
  write();
  return {
    addServer(pid) {
      const identity = identify(pid);
      if (identity !== null) servers.push(identity);
      write();
    },
    release: () => rmSync(path, { force: true }),
  };
}

async function waitForEnd(servers: readonly ProcessIdentity[]): Promise<void> {
  const end = Date.now() + FORMER_LIMIT_MS;
  while (servers.some(isAlive)) {
    if (Date.now() > end) servers.filter(isAlive).forEach(killNow);
    await delay(50);
  }
}

function killNow({ pid }: ProcessIdentity): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended in between.
  }
}
