import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BridgeError } from '@gemini-events/events';

const run = promisify(execFile);

const INSTEAD =
  'or set KAFKA_BROKERS, SCHEMA_REGISTRY_URL and DATABASE_URL to servers that you have';

export interface MavenArtefact {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
}

/** Copies artefacts with all that they need into a folder. @throws BridgeError ERR_STACK_MAVEN */
export async function copyWithDependencies(
  artefacts: readonly MavenArtefact[],
  folder: string,
): Promise<void> {
  const pom = join(folder, 'pom.xml');
  await writeFile(pom, renderPom(artefacts));
  await maven(['-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`]);
}

/** Copies one artefact as it is, for example `group:name:version:tar.gz:all`. */
export async function copyArtefact(coordinates: string, folder: string): Promise<void> {
  await maven([
    'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy',
    `-Dartifact=${coordinates}`,
    `-DoutputDirectory=${folder}`,
  ]);
}

async function maven(args: readonly string[]): Promise<void> {
  try {
    await run('mvn', ['-q', '-B', ...args], { maxBuffer: 16 * 1024 * 1024 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new BridgeError('ERR_STACK_MAVEN', `Maven (mvn) is missing: install it, ${INSTEAD}`, {
        cause,
      });
    }
    const { stdout = '' } = cause as { stdout?: string };
    const first = stdout.split('\n').find((line) => line.includes('ERROR')) ?? '';
    throw new BridgeError(
      'ERR_STACK_MAVEN',
      `Maven could not fetch a server; check the network, ${INSTEAD}. ${first}`.trim(),
      { cause },
    );
  }
}

/** The major version in what `java -version` prints; null where there is none. */
export function javaMajor(output: string): number | null {
  const found = /version "(?:1\.)?(\d+)/.exec(output)?.[1];
  return found === undefined ? null : Number(found);
}

/** @throws BridgeError ERR_STACK_JAVA when there is no Java 17 or newer */
export async function requireJava(env: NodeJS.ProcessEnv): Promise<void> {
  const missing = (cause: unknown): BridgeError =>
    new BridgeError(
      'ERR_STACK_JAVA',
      `Java 17 or newer (java) is missing: install it, ${INSTEAD}`,
      { cause },
    );
  let printed: string;
  try {
    printed = (await run('java', ['-version'], { env })).stderr;
  } catch (cause) {
    throw missing(cause);
  }
  if ((javaMajor(printed) ?? 0) < 17) throw missing(printed);
}

function renderPom(artefacts: readonly MavenArtefact[]): string {
  const list = artefacts.map(
    ({ groupId, artifactId, version }) =>
      `<dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>gemini-events</groupId><artifactId>servers</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>${list.join('')}</dependencies></project>
`;
}
