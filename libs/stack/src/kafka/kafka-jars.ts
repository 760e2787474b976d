import { join } from 'node:path';
import { type Artefact, ensureArtefact } from '../cache/artefact.ts';
import { cacheDir } from '../cache/cache-dir.ts';
import { copyWithDependencies } from '../cache/maven.ts';

const KAFKA_VERSION = '4.3.1';

const artefact: Artefact = {
  name: `kafka-${KAFKA_VERSION}`,
  fetch: (folder) =>
    copyWithDependencies(
      [
        { groupId: 'org.apache.kafka', artifactId: 'kafka_2.13', version: KAFKA_VERSION },
        // The command line tools, the console consumer among them.
        { groupId: 'org.apache.kafka', artifactId: 'kafka-tools', version: KAFKA_VERSION },
        { groupId: 'org.slf4j', artifactId: 'slf4j-simple', version: '1.7.36' },
      ],
      folder,
    ),
};

/** The classpath of Kafka's server and tools; fetched when it is not in the cache. */
export async function kafkaClasspath(
  env: NodeJS.ProcessEnv = process.env,
  onFetch: (reason: 'missing' | 'corrupt') => void = () => undefined,
): Promise<string> {
  return join(await ensureArtefact(cacheDir(env), artefact, onFetch), '*');
}
