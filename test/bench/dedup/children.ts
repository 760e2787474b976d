import { type ChildProcess, execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FillOptions, FillResult } from './fill.ts';
import type { ChangelogOptions, ChangelogResult } from './fill-changelog.ts';

const FILL = fileURLToPath(new URL('fill.ts', import.meta.url));
const FILL_CHANGELOG = fileURLToPath(new URL('fill-changelog.ts', import.meta.url));

/** Fills a topic with deliveries, in a process of its own. */
export function fill(options: FillOptions): Promise<FillResult> {
  return runScript(FILL, options) as Promise<FillResult>;
}

/** Fills a changelog, in a process of its own. */
export function fillChangelog(options: ChangelogOptions): Promise<ChangelogResult> {
  return runScript(FILL_CHANGELOG, options) as Promise<ChangelogResult>;
}

async function runScript(script: string, options: object): Promise<unknown> {
  const args = [script, JSON.stringify(options)];
  const running = promisify(execFile)(process.execPath, args);
  endWithUs(running.child);
  return JSON.parse((await running).stdout);
}

/** Kills a child that still runs when this process ends: nobody waits for it any more. */
export function endWithUs(child: ChildProcess): void {
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('close', () => process.off('exit', kill));
}
