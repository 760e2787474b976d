import { join } from 'node:path';
import { type Artefact, ensureArtefact } from '../cache/artefact.ts';
import { cacheDir } from '../cache/cache-dir.ts';
import { copyWithDependencies } from '../cache/maven.ts';

/**
 * Not 4.2 or later: there a coordinator that ends a transaction while a partition has no leader, as at
 * the start of a broker, takes the partition for deleted and drops its marker (KAFKA-20734). The
 * transaction counts as committed, and its records stay invisible to read_committed for ever.
 */
const KAFKA_VERSION = '4.1.1';

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
