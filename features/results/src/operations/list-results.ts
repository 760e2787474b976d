import type { ResultsListConfig } from '@gemini-events/cli-kit/config';
import { Cluster } from '@gemini-events/kafka/cluster';
import { createDecoder, createRegistry } from '@gemini-events/kafka/codec';
import { connectionFrom } from '@gemini-events/kafka/connection';
import { readToEnd } from '@gemini-events/kafka/reader';
import { topicNames } from '@gemini-events/schemas';
import { joinStandings, type OutputStanding, type Told } from './standings.ts';

const LIMIT_MS = 120_000;

/**
 * Reads the topics from a time on and tells how far each output is.
 * @param sinceMs milliseconds since 1970
 * @throws BridgeError ERR_KAFKA_UNAVAILABLE, ERR_REGISTRY_UNAVAILABLE
 */
export async function listResults(
  config: ResultsListConfig,
  sinceMs: number,
): Promise<readonly OutputStanding[]> {
  const topics = topicNames(config.TOPIC_PREFIX);
  const cluster = new Cluster(connectionFrom(config, `${config.TOPIC_PREFIX}.cli`));
  const decoder = createDecoder(createRegistry(config));
  try {
    const read = async (topic: string) => {
      const values = await readSince(cluster, topic, sinceMs);
      return Promise.all(values.map((value) => decoder.decode(value)));
    };
    const families = ['batch', 'interaction', 'video'] as const;
    const events = (
      await Promise.all(families.map((family) => read(topics.events(family))))
    ).flat();
    const statuses = await read(topics.processing);
    const results = await read(topics.results);
    return joinStandings(
      events.map(({ value }) => value as Told),
      statuses.flatMap(({ name, value }) =>
        name === 'ProcessingStatus' && value.consumer === 'results' ? [value] : [],
      ),
      results.flatMap(({ name, value }) => (name === 'Result' ? [value] : [])),
    );
  } finally {
    await cluster.close();
  }
}

/** Values of all records of a topic from a time up to its present end. */
async function readSince(
  cluster: Cluster,
  topic: string,
  sinceMs: number,
): Promise<readonly Buffer[]> {
  const values: Buffer[] = [];
  await readToEnd(cluster, topic, {
    from: sinceMs,
    onRecord: (_, { value }) => {
      if (value !== null) values.push(Buffer.from(value));
    },
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  return values;
}
