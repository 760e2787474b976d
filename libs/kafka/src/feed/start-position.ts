import type { Cluster } from '../raw/cluster.ts';
import { type LogRange, logRange, stableOffsets } from '../reader/offsets.ts';

/** Where a topic-partition begins. */
export interface StartPosition {
  readonly topic: string;
  readonly partition: number;
  /** What the group has committed; null: nothing. */
  readonly committed: number | null;
  readonly position: number;
  /** Where its log ended when it was asked. */
  readonly end: number;
  /** The committed offset is not in the log any more. */
  readonly gap: { readonly from: number; readonly to: number } | null;
}

/** The earliest record where nothing is committed, or something that the log does not hold. */
export function startAt(
  committed: number | null,
  { begin, end }: LogRange,
): Pick<StartPosition, 'position' | 'gap'> {
  if (committed === null) return { position: begin, gap: null };
  const isInLog = committed >= begin && committed <= end;
  return isInLog
    ? { position: committed, gap: null }
    : { position: begin, gap: { from: committed, to: begin } };
}

/** Where each of the partitions begins in each topic that has it. */
export async function startPositions(
  cluster: Cluster,
  groupId: string,
  topics: readonly string[],
  partitions: readonly number[],
  signal: AbortSignal,
): Promise<readonly StartPosition[]> {
  const ofTopics = topics.map(async (topic) => {
    const count = await cluster.partitionCount(topic);
    const existing = partitions.filter((partition) => partition < count);
    if (existing.length === 0) return [];
    // Offsets first: what is committed was in the log, so it cannot be behind an end that is read later.
    const offsets = await stableOffsets(cluster, groupId, topic, existing, signal);
    const rangeOf = await logRange(cluster, topic, existing);
    return existing.map((partition) => {
      const offset = offsets.get(partition) ?? -1;
      const committed = offset < 0 ? null : offset;
      const { begin, end } = rangeOf(partition);
      return { topic, partition, committed, end, ...startAt(committed, { begin, end }) };
    });
  });
  return (await Promise.all(ofTopics)).flat();
}
