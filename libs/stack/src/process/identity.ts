import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process by number and moment of its start: a number alone is used again by the system. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Empty where the system does not tell. */
  readonly startedAt: string;
}

/** The identity of a running process; null when there is none under that number. */
export function identify(
  pid: number,
  platform: NodeJS.Platform = process.platform,
): ProcessIdentity | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return null;
  }
  const { state, startedAt } = platform === 'linux' ? askProc(pid) : askPs(pid);
  // Ended, but not yet collected by its parent; in a container that may never happen.
  return state.startsWith('Z') ? null : { pid, startedAt };
}

/** This process. */
export function self(): ProcessIdentity {
  return identify(process.pid) ?? { pid: process.pid, startedAt: '' };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt;
}

interface Answer {
  readonly state: string;
  readonly startedAt: string;
}

/** Fields 3 and 22 of /proc/<pid>/stat; the name before them may hold spaces and brackets. */
export function parseStat(stat: string): Answer {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', startedAt: fields[19] ?? '' };
}

function askProc(pid: number): Answer {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return { state: '', startedAt: '' };
  }
}

/** Where there is no /proc, on macOS. */
function askPs(pid: number): Answer {
  try {
    const columns = ['-o', 'state=,lstart=', '-p', String(pid)];
    const [state = '', ...startedAt] = execFileSync('ps', columns, { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
    return { state, startedAt: startedAt.join(' ') };
  } catch {
    return { state: '', startedAt: '' };
  }
}
