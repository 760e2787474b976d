import { Cluster } from '@gemini-events/kafka/cluster';
import { readToEnd } from '@gemini-events/kafka/reader';
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
    const read: ReadRecord[] = [];
    await readToEnd(cluster, topic, {
      from: 'earliest',
      onRecord: (partition, record) => {
        const headers = Object.fromEntries(
          record.headers().map(([name, value]) => [String(name), Buffer.from(value ?? '')]),
        );
        const [key, value] = [record.key, record.value].map((bytes) => bytes && Buffer.from(bytes));
        read.push({ partition, key: key ?? null, value: value ?? null, headers });
      },
      signal: AbortSignal.timeout(30_000),
    });
    return read;
  } finally {
    await cluster.close();
  }
}
