import {
  Cluster,
  type Cursor,
  logOffsets,
  type RawRecord,
  readCommitted,
} from '@gemini-events/kafka';
import type { Bed } from './bed.ts';

export interface ReadRecord {
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

/** All committed records of a topic up to its present end. */
export async function readTopic(
  { connection }: Pick<Bed, 'connection'>,
  topic: string,
): Promise<readonly ReadRecord[]> {
  const cluster = new Cluster(connection);
  try {
    const partitions = Array.from({ length: await cluster.partitionCount(topic) }, (_, at) => at);
    const begins = await logOffsets(cluster, topic, partitions, 'earliest');
    const ends = await logOffsets(cluster, topic, partitions, 'latest');
    const read: ReadRecord[] = [];
    const cursors = partitions.map((partition) => ({
      topic,
      partition,
      position: begins.get(partition) ?? 0,
    }));
    const onRecord = ({ partition }: Cursor, record: RawRecord): void => {
      const headers = Object.fromEntries(
        record.headers().map(([name, value]) => [String(name), Buffer.from(value ?? '')]),
      );
      const [key, value] = [record.key, record.value].map((bytes) => bytes && Buffer.from(bytes));
      read.push({ partition, key: key ?? null, value: value ?? null, headers });
    };
    await readCommitted(cluster, cursors, {
      until: ({ partition }) => ends.get(partition) ?? 0,
      onRecord,
      signal: AbortSignal.timeout(30_000),
    });
    return read;
  } finally {
    await cluster.close();
  }
}
