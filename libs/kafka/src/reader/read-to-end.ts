import type { Cluster } from '../raw/cluster.ts';
import type { RawRecord } from '../wire/raw-record.ts';
import type { Cursor } from './fetch-portions.ts';
import { beginOffsets, logOffsets } from './offsets.ts';
import { readCommitted } from './read-committed.ts';

/**
 * Reads all committed records of a topic up to its present end, in order per partition.
 * @param options.from where to begin: at the first record, or at the first one that is not older than a
 * time (milliseconds since 1970)
 */
export async function readToEnd(
  cluster: Cluster,
  topic: string,
  options: {
    readonly from: 'earliest' | number;
    readonly signal: AbortSignal;
    readonly onRecord: (partition: number, record: RawRecord) => void;
  },
): Promise<void> {
  const { from, signal, onRecord } = options;
  const partitions = Array.from({ length: await cluster.partitionCount(topic) }, (_, at) => at);
  const begins = await beginOffsets(cluster, topic, partitions, from);
  const ends = await logOffsets(cluster, topic, partitions, 'latest');
  const endOf = ({ partition }: Pick<Cursor, 'partition'>): number => ends.get(partition) ?? 0;
  const cursors = partitions.map(
    (partition): Cursor => ({ topic, partition, position: begins.get(partition) ?? 0 }),
  );
  await readCommitted(cluster, cursors, {
    until: endOf,
    onRecord: ({ partition }, record) => onRecord(partition, record),
    signal,
  });
}
