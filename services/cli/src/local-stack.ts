import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where `start` keeps everything, below the folder in which it is called. */
export const DATA_DIR = '.gemini-events';

const FILE = 'stack.json';

/** Addresses of a running `start`, by the names of the variables that would say the same. */
type LocalStack = Readonly<Record<string, string>>;

/** Lets other commands find the servers of this `start`. The database URL holds a password. */
export function writeLocalStack(dataDir: string, stack: LocalStack): { remove(): void } {
  const path = join(dataDir, FILE);
  writeFileSync(path, JSON.stringify({ pid: process.pid, stack }), { mode: 0o600 });
  return { remove: () => rmSync(path, { force: true }) };
}

/** The servers of the `start` that runs in this folder; empty where none does. */
export function readLocalStack(env: NodeJS.ProcessEnv, dataDir: string = DATA_DIR): LocalStack {
  // Whoever names one server means it: nothing is mixed.
  if (env['KAFKA_BROKERS'] || env['SCHEMA_REGISTRY_URL']) return {};
  try {
    const { pid, stack } = JSON.parse(readFileSync(join(dataDir, FILE), 'utf8')) as {
      pid: number;
      stack: LocalStack;
    };
    process.kill(pid, 0);
    return stack;
  } catch {
    return {};
  }
}
