import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Artefact, ensureArtefact } from '../cache/artefact.ts';
import { cacheDir } from '../cache/cache-dir.ts';
import { copyArtefact } from '../cache/maven.ts';
import { claimPort } from '../process/claim-port.ts';
import { spawnGuarded } from '../process/spawn-guarded.ts';
import { waitUntilReady } from '../process/wait-for.ts';

const run = promisify(execFile);

const PORT = 18_081;
const VERSION = '2.6.13.Final';
const ARCHIVE = `apicurio-registry-app-${VERSION}-all.tar.gz`;

const artefact: Artefact = {
  name: `apicurio-registry-${VERSION}`,
  async fetch(folder) {
    await copyArtefact(`io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`, folder);
    await run('tar', ['-xzf', join(folder, ARCHIVE), '-C', folder]);
    await rm(join(folder, ARCHIVE));
  },
};

export interface EmbeddedRegistry {
  /** With the path of the Confluent API. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** An Apicurio registry on loopback; schemas and their ids are kept in a file of `dataDir`. */
export async function startRegistry(options: {
  readonly dataDir: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly onFetch?: (reason: 'missing' | 'corrupt') => void;
  readonly onProcess?: (pid: number) => void;
}): Promise<EmbeddedRegistry> {
  const { env = process.env } = options;
  // H2 refuses a relative path.
  const dataDir = resolve(options.dataDir);
  const folder = await ensureArtefact(
    cacheDir(env),
    artefact,
    options.onFetch ?? (() => undefined),
  );
  await mkdir(dataDir, { recursive: true });
  const { port, release } = await claimPort(PORT);
  const logFile = join(dataDir, 'registry.log');
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  const server = await spawnGuarded(
    'java',
    [
      '-Xmx256m',
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      `-Dquarkus.http.port=${port}`,
      '-Dquarkus.http.host=127.0.0.1',
      '-jar',
      join(folder, `apicurio-registry-app-${VERSION}-runner.jar`),
    ],
    {
      logFile,
      env: { ...env, REGISTRY_DATASOURCE_URL: `jdbc:h2:file:${join(dataDir, 'registry')}` },
    },
  );
  options.onProcess?.(server.pid);
  await waitUntilReady(
    'the schema registry',
    server,
    logFile,
    async () => (await fetch(`${url}/subjects`)).ok,
  );
  return { url, stop: () => server.stop().finally(release) };
}
