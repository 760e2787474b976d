import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** A sender of attacks in a process of its own; prints one line of JSON at its end. */
export interface SenderProcess<Result> {
  readonly result: Promise<Result>;
  readonly kill: () => void;
}

/**
 * @param options.niceness an attacker does not share our CPU; here it has to
 */
export function startSender<Result>(
  script: string,
  options: object,
  niceness = 19,
): SenderProcess<Result> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const args = ['-n', String(niceness), process.execPath, path, JSON.stringify(options)];
  const child = spawn('nice', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
  });
  const result = Promise.all([text(child.stdout), ended]).then(([printed, code]) => {
    if (code !== 0) throw new Error(`${script} ended with ${code}`);
    return JSON.parse(printed) as Result;
  });
  return { result, kill: () => void child.kill('SIGKILL') };
}
