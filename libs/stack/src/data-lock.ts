import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BridgeError } from '@gemini-events/events';
import { identify, isAlive, type ProcessIdentity } from './process/identity.ts';

/** Who uses a data folder: the process that started the stack, and the servers that it started. */
interface LockFile {
  readonly owner: ProcessIdentity;
  readonly servers: readonly ProcessIdentity[];
}

export interface DataLock {
  /** Records a server: after a kill -9 the next start waits for its end. */
  addServer(pid: number): void;
  release(): void;
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
  const former = readLock(path);
  if (former !== null && isAlive(former.owner) && former.owner.pid !== process.pid) {
    throw new BridgeError('ERR_STACK_LOCKED', `another start (pid ${former.owner.pid}) uses ${dataDir}`, {
      data: { pid: former.owner.pid },
    });
  }
  await waitForEnd(former?.servers ?? []);
  const owner = identify(process.pid) ?? { pid: process.pid, startedAt: '' };
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

function readLock(path: string): LockFile | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockFile;
  } catch {
    // Not there, or cut off by a crash: nobody holds it.
    return null;
  }
}

async function waitForEnd(servers: readonly ProcessIdentity[]): Promise<void> {
  const end = Date.now() + FORMER_LIMIT_MS;
  while (servers.some(isAlive)) {
    if (Date.now() > end) {
      for (const server of servers.filter(isAlive)) process.kill(server.pid, 'SIGKILL');
    }
    await delay(50);
  }
}
