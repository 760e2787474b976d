import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Artefact, ensureArtefact } from '../cache/artefact.ts';
import { cacheDir } from '../cache/cache-dir.ts';
import { copyArtefact } from '../cache/maven.ts';
import { claimPort } from '../process/claim-port.ts';
import { spawnGuarded } from '../process/spawn-guarded.ts';
import { waitUntilReady } from '../process/wait-for.ts';

const PORT = 19_090;
const VERSION = '5.2.0';
const JAR = `s3mock-${VERSION}-exec.jar`;

const artefact: Artefact = {
  name: `s3mock-${VERSION}`,
  fetch: (folder) => copyArtefact(`com.adobe.testing:s3mock:${VERSION}:jar:exec`, folder),
};

export interface EmbeddedS3 {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** A server that speaks S3, on loopback, with one bucket; takes any credentials. For tests. */
export async function startS3(options: {
  readonly dataDir: string;
  readonly bucket: string;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<EmbeddedS3> {
  const { env = process.env, bucket } = options;
  const dataDir = resolve(options.dataDir);
  const folder = await ensureArtefact(cacheDir(env), artefact, () => undefined);
  await mkdir(join(dataDir, 'objects'), { recursive: true });
  const { port, release } = await claimPort(PORT);
  const logFile = join(dataDir, 's3.log');
  const endpoint = `http://127.0.0.1:${port}`;
  const server = await spawnGuarded(
    'java',
    ['-Xmx384m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-jar', join(folder, JAR)],
    {
      logFile,
      env: {
        ...env,
        SERVER_ADDRESS: '127.0.0.1',
        COM_ADOBE_TESTING_S3MOCK_HTTPPORT: String(port),
        // Of https, which nobody asks for.
        SERVER_PORT: '0',
        COM_ADOBE_TESTING_S3MOCK_STORE_ROOT: join(dataDir, 'objects'),
        COM_ADOBE_TESTING_S3MOCK_STORE_INITIAL_BUCKETS: bucket,
      },
    },
  );
  await waitUntilReady('the S3 server', server, logFile, async () => {
    const answer = await fetch(`${endpoint}/${bucket}?list-type=2`);
    return answer.ok;
  });
  return { endpoint, stop: () => server.stop().finally(release) };
}
