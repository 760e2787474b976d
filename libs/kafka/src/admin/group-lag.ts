import kafkajs, { type GroupDescription, type Kafka } from 'kafkajs';
import { withAdmin } from './topics.ts';

// CommonJS: Node finds this name only on the default export.
const { AssignerProtocol } = kafkajs;

/** How a consumer group stands. */
export interface GroupStanding {
  readonly groupId: string;
  readonly members: number;
  /**
   * Offsets between what it has committed and the ends of the topics that its members read, or that it has
   * committed in. Markers of transactions count, so a group that has read all may be a few behind.
   */
  readonly lag: number;
  /** Sum of what it has committed: what it gains is what it gets done. */
  readonly committed: number;
}

/**
 * The groups whose ids begin with a prefix, in order of their ids.
 * @throws BridgeError ERR_KAFKA_UNAVAILABLE
 */
export async function groupsWithLag(
  kafka: Kafka,
  prefix: string,
): Promise<readonly GroupStanding[]> {
  return withAdmin(kafka, async (admin) => {
    const listed = await admin.listGroups();
    const ids = listed.groups
      .map(({ groupId }) => groupId)
      .filter((id) => id.startsWith(prefix))
      .sort();
    const { groups } = ids.length === 0 ? { groups: [] } : await admin.describeGroups(ids);
    const described = new Map(groups.map((group) => [group.groupId, group]));
    const ends = new Map<string, Awaited<ReturnType<typeof admin.fetchTopicOffsets>>>();
    const standings: GroupStanding[] = [];
    for (const groupId of ids) {
      let lag = 0;
      let sum = 0;
      const members = described.get(groupId)?.members ?? [];
      const offsets = await admin.fetchOffsets({ groupId });
      const topics = new Set([...offsets.map(({ topic }) => topic), ...topicsOf(members)]);
      for (const topic of topics) {
        if (!ends.has(topic)) ends.set(topic, await admin.fetchTopicOffsets(topic));
        const committed = offsets.find((each) => each.topic === topic)?.partitions ?? [];
        for (const { partition, low, high } of ends.get(topic) ?? []) {
          const offset = committed.find((each) => each.partition === partition)?.offset ?? '-1';
          sum += Math.max(0, Number(offset));
          lag += Math.max(0, Number(high) - Math.max(Number(offset), Number(low)));
        }
      }
      standings.push({ groupId, members: members.length, lag, committed: sum });
    }
    return standings;
  });
}

/** What the members of a group subscribe to. A group that began just now has committed nothing yet. */
function topicsOf(members: GroupDescription['members']): readonly string[] {
  return members.flatMap(
    ({ memberMetadata }) => AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics ?? [],
  );
}
