import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { endWithUs } from './children.ts';

const PROJECT = fileURLToPath(new URL('kafka-streams/', import.meta.url));
export const JAVA = 'java';
const QUIET = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error';

/**
 * The peer's bound makes its memory comparable: by default a JVM takes a quarter of the machine. Latency
 * does without the optimising compiler, which would take CPU from what it measures.
 */
const FLAGS = {
  Peer: ['-Xmx768m'],
  Latency: ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'],
  CountEvents: ['-Xmx256m'],
} as const;
type Tool = keyof typeof FLAGS;

/** Class path of the peer and of the tools that measure. */
export type ClassPath = string;

/** Builds the Maven project, once for what its sources are now, in a folder under the temporary one. */
export async function buildJava(say: (line: string) => void): Promise<ClassPath> {
  const builds = join(tmpdir(), 'gemini-events-bench-java');
  const folder = join(builds, await hashOfSources());
  if (!existsSync(folder)) {
    say('  building the peer with Maven');
    await mkdir(builds, { recursive: true });
    const fresh = await mkdtemp(join(builds, 'build-'));
    try {
      const goals = ['compiler:compile', 'dependency:copy-dependencies'];
      const args = ['-q', '-B', '-f', join(PROJECT, 'pom.xml'), `-DoutDir=${fresh}`, ...goals];
      const building = promisify(execFile)('mvn', args);
      endWithUs(building.child);
      await building;
      // A folder under its own name is a whole one, also where two builds ran at the same time.
      await rename(fresh, folder).catch((error: unknown) => {
        if (!existsSync(folder)) throw error;
      });
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  }
  return `${join(folder, 'classes')}:${join(folder, 'libs', '*')}`;
}

async function hashOfSources(): Promise<string> {
  const entries = await readdir(PROJECT, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const digest = createHash('sha256');
  for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort()) {
    digest
      .update(path.slice(PROJECT.length))
      .update('\0')
      .update(await readFile(path));
  }
  return digest.digest('hex').slice(0, 16);
}

/** Arguments of `java` for a class of the project. */
export function javaArgs(classPath: ClassPath, name: Tool, args: readonly string[] = []): string[] {
  return [...FLAGS[name], QUIET, '-cp', classPath, `bench.${name}`, ...args];
}

/**
 * Runs a tool to its end and gives its last line, parsed. Every other line is given to `onLine`.
 * @throws Error where it fails or says nothing
 */
export async function runTool(
  classPath: ClassPath,
  name: Tool,
  args: readonly string[],
  onLine: (line: string) => void = () => undefined,
): Promise<unknown> {
  const child = spawn(JAVA, javaArgs(classPath, name, args), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  endWithUs(child);
  try {
    let last: string | undefined;
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('{')) last = line;
      else onLine(line);
    }
    const status = await ended;
    if (status !== 0 || last === undefined) throw new Error(`${name} ended with status ${status}`);
    return JSON.parse(last);
  } finally {
    child.kill('SIGKILL');
  }
}
