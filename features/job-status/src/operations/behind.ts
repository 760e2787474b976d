import type { Cluster } from '@gemini-events/kafka/cluster';
import { logOffsets } from '@gemini-events/kafka/reader';
import type { SyncPlace } from '../store/read-model.ts';

/** How many offsets of one topic the read model does not have yet. @throws BridgeError those of Kafka */
export async function behindOf(
  cluster: Cluster,
  topic: string,
  places: readonly SyncPlace[],
): Promise<number> {
  const partitions = places.map(({ partition }) => partition);
  const ends = await logOffsets(cluster, topic, partitions, 'latest');
  return places.reduce(
    (sum, { partition, next }) => sum + Math.max(0, (ends.get(partition) ?? 0) - next),
    0,
  );
}
