import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BridgeError } from '@gemini-events/events';

const run = promisify(execFile);

/** A user without rights; every system has it under this number. */
const NOBODY = 65_534;

export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Postgres refuses to run as root. Root therefore runs it as `nobody`, which however may pass folders
 * that only root may enter: a clone below `mktemp -d`, or below root's home. The capabilities are kept
 * over the change of user (`no_setuid_fixup`), since Postgres asks access(2) about its own files and the
 * kernel answers that one without them otherwise.
 */
export function asUnprivileged(invocation: Invocation, uid: number | undefined): Invocation {
  if (uid !== 0) return invocation;
  const caps = '+dac_override,+dac_read_search';
  return {
    command: 'setpriv',
    args: [
      '--securebits=+no_setuid_fixup',
      `--reuid=${NOBODY}`,
      `--regid=${NOBODY}`,
      '--clear-groups',
      `--inh-caps=${caps}`,
      `--ambient-caps=${caps}`,
      invocation.command,
      ...invocation.args,
    ],
  };
}

/** Who owns the data folder: the user that Postgres runs as. Null: leave it as it is. */
export function dataOwner(uid: number | undefined): number | null {
  return uid === 0 ? NOBODY : null;
}

/** @throws BridgeError ERR_STACK_START when root has no way to run Postgres as another user */
export async function requireSetpriv(
  uid: number | undefined,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (uid !== 0) return;
  try {
    await run('setpriv', ['--version'], { env });
  } catch (cause) {
    throw new BridgeError(
      'ERR_STACK_START',
      'Postgres does not run as root, and setpriv (util-linux) is missing: run as another user, or set DATABASE_URL',
      { cause },
    );
  }
}
