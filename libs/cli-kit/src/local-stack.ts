import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where `start` keeps everything, below the folder in which it is called. */
export const DATA_DIR = '.gemini-events';

const FILE = 'stack.json';

/** Addresses of a running `start`, by the names of the variables that would say the same. */
type LocalStack = Readonly<Record<string, string>>;

/** The Gemini of a `start` is its simulator: a key or a webhook of the real one has no business there. */
const OF_ITS_GEMINI = /^(?:GEMINI|AGENT)_/;

/** Lets other commands find the servers of this `start`. It holds secrets: of the database, of the simulator. */
export function writeLocalStack(dataDir: string, stack: LocalStack): { remove(): void } {
  const path = join(dataDir, FILE);
  writeFileSync(path, JSON.stringify({ pid: process.pid, stack }), { mode: 0o600 });
  return { remove: () => rmSync(path, { force: true }) };
}

/** What a command that reads such variables takes of a running `start`, and not of its environment. */
export function borrowedFrom(
  local: LocalStack,
  env: NodeJS.ProcessEnv,
  reads: (name: string) => boolean,
): LocalStack {
  return Object.fromEntries(
    Object.entries(local).filter(
      ([name]) => reads(name) && (!env[name] || OF_ITS_GEMINI.test(name)),
    ),
  );
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
