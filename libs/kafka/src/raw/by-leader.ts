import type { Broker } from '@platformatic/kafka';
import type { Cluster } from './cluster.ts';

/** Groups what is meant for partitions by the broker that leads them, in order. */
export async function byLeader<Each extends { readonly topic: string; readonly partition: number }>(
  cluster: Cluster,
  items: readonly Each[],
): Promise<ReadonlyMap<Broker, readonly Each[]>> {
  const shares = new Map<Broker, Each[]>();
  // One after the other: the first of a topic looks up all of its leaders.
  for (const item of items) {
    const leader = await cluster.leaderOf(item.topic, item.partition);
    const share = shares.get(leader);
    if (share === undefined) shares.set(leader, [item]);
    else share.push(item);
  }
  return shares;
}
