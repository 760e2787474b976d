import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive, type ProcessIdentity } from './identity.ts';

/** Who uses something: the process that took the lock, and the servers that it started. */
export interface LockFile {
  readonly owner: ProcessIdentity;
  readonly servers: readonly ProcessIdentity[];
}

/** Taken, with what a dead former owner had started; or held by a process that lives. */
export type LockOutcome =
  | { readonly taken: true; readonly former: readonly ProcessIdentity[] }
  | { readonly taken: false; readonly holder: number };

/** Makes a lock file `owner`'s unless its holder lives. Exactly one of many at the same time gets it. */
export function takeLockFile(path: string, owner: ProcessIdentity): LockOutcome {
  const own = `${path}.${owner.pid}`;
  for (;;) {
    const found = readText(path);
    const lock = found === null ? null : parseLock(found);
    if (lock !== null && isAlive(lock.owner)) return { taken: false, holder: lock.owner.pid };
    // The former servers stay recorded until they are gone: we may be killed while we wait for them.
    const former = lock?.servers ?? [];
    writeFileSync(own, JSON.stringify({ owner, servers: former } satisfies LockFile));
    try {
      if (found !== null) setAside(path, `${own}.stale`, found);
      // Unlike a rename, a link fails where another start has just made its lock.
      linkSync(own, path);
      return { taken: true, former };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(own, { force: true });
    }
  }
}

/**
 * Takes a stale lock away. Two starts may find the same stale lock: the slower one would take away the
 * new lock of the faster one, so what was taken is looked at, and put back if it is not the stale one.
 */
function setAside(path: string, aside: string, stale: string): void {
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  try {
    if (readText(aside) !== stale) linkSync(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Null: not a lock file that we wrote, so nobody holds it. */
function parseLock(text: string): LockFile | null {
  try {
    const { owner, servers } = JSON.parse(text) as Partial<LockFile>;
    return typeof owner?.pid === 'number' && Array.isArray(servers) ? { owner, servers } : null;
  } catch {
    return null;
  }
}
