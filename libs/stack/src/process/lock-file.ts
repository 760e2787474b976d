import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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

/** About 2.5 s on average. A start that stands still with its claim for so long counts as the holder. */
const MOST_LOOKS = 50;

/**
 * Makes a lock file `owner`'s unless its holder lives. Exactly one of many processes at the same time gets
 * it. Blocks for some milliseconds when others try too.
 *
 * A start lays its claim beside the lock, withdraws if it sees that of another, reads the lock again, and
 * renames its claim to it. Say that A gets it so, and that B, which claims at the same time, does too and
 * renames later:
 * 1. B read the lock again before A's rename: afterwards it would have found A's.
 * 2. B looked for claims before that, and did not see A's, so A laid it after B's look.
 * 3. A looked after that, while B's claim lay there from before B's look until B's rename: A saw it, and
 *    withdrew.
 */
export function takeLockFile(path: string, owner: ProcessIdentity): LockOutcome {
  const claim = `${path}.${owner.pid}`;
  for (let look = 1; ; look += 1) {
    const found = readText(path);
    const lock = found === null ? null : parseLock(found);
    if (lock !== null && isAlive(lock.owner)) return { taken: false, holder: lock.owner.pid };
    // The former servers stay recorded until they are gone: we may be killed while we wait for them.
    const former = lock?.servers ?? [];
    try {
      writeWhole(claim, { owner, servers: former });
      const rival = findRival(path, claim);
      if (rival === null) {
        // Another lock than before is judged anew: its owner may live, or have left other servers.
        if (readText(path) === found && confirm(claim, path)) return { taken: true, former };
      } else if (look >= MOST_LOOKS) {
        return { taken: false, holder: rival.pid };
      }
    } finally {
      rmSync(claim, { force: true });
    }
    pause(Math.random() * 4 * look);
  }
}

/** Others never see half a claim. */
function writeWhole(claim: string, content: LockFile): void {
  writeFileSync(`${claim}.new`, JSON.stringify(content));
  renameSync(`${claim}.new`, claim);
}

/** The owner of another claim who lives; claims of the dead are removed. */
function findRival(path: string, own: string): ProcessIdentity | null {
  for (const name of readdirSync(dirname(path))) {
    const pid = name.startsWith(`${basename(path)}.`) ? name.slice(basename(path).length + 1) : '';
    if (!/^\d+$/.test(pid) || name === basename(own)) continue;
    const other = join(dirname(path), name);
    // Gone: it was withdrawn, or became the lock, which is read after this.
    const owner = parseLock(readText(other) ?? '')?.owner;
    if (owner === undefined || String(owner.pid) !== pid) continue;
    if (isAlive(owner)) return owner;
    rmSync(other, { force: true });
  }
  return null;
}

/**
 * False: our claim is gone. Who had read the one of a dead process with our pid has removed ours instead.
 * It is laid only once for a look, so one that is still there has been there all the time.
 */
function confirm(claim: string, path: string): boolean {
  try {
    renameSync(claim, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return false;
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Null: there is no such file. One that may not be read is an error: its owner may live. */
function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EISDIR') throw error;
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
