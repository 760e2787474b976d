import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, isFree } from './free-port.ts';
import { self } from './identity.ts';
import { takeLockFile } from './lock-file.ts';

export interface PortClaim {
  readonly port: number;
  /** Once: what others have claimed since stays theirs. */
  readonly release: () => void;
}

/**
 * The preferred port of loopback if it is free, otherwise any free one, kept from other starts of this
 * user: a server needs seconds until it listens, and a second start that took the same port would wait
 * for an answer of its own server and get the one of the first.
 */
export async function claimPort(
  preferred: number,
  folder: string = join(tmpdir(), `gemini-events-ports-${process.getuid?.() ?? 0}`),
): Promise<PortClaim> {
  mkdirSync(folder, { recursive: true });
  for (let port = preferred; ; port = await findFreePort()) {
    const path = join(folder, String(port));
    if (!takeLockFile(path, self()).taken) continue;
    let isMine = true;
    const release = (): void => {
      if (isMine) rmSync(path, { force: true });
      isMine = false;
    };
    if (await isFree(port)) return { port, release };
    release();
  }
}
