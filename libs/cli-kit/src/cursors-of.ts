import type { Cluster } from '@gemini-events/kafka/cluster';
import { beginOffsets, type Cursor } from '@gemini-events/kafka/reader';

/**
 * Where to begin in all partitions of topics.
 * @param since a time in milliseconds; without one the present end
 */
export async function cursorsOf(
  cluster: Cluster,
  topics: readonly string[],
  since: number | undefined,
): Promise<Cursor[]> {
  const cursors: Cursor[] = [];
  for (const topic of topics) {
    const partitions = Array.from({ length: await cluster.partitionCount(topic) }, (_, at) => at);
    const begins = await beginOffsets(cluster, topic, partitions, since ?? 'latest');
    for (const [partition, position] of begins) cursors.push({ topic, partition, position });
  }
  return cursors;
}
