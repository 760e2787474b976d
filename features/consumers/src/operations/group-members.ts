import type { Bridge } from '@gemini-events/cli-kit/bridge';
import { groupsWithLag } from '@gemini-events/kafka/admin';
import { connectionFrom, createKafkaJs } from '@gemini-events/kafka/connection';

/** Instances of a consumer that run now. */
export async function membersOf({ config, prefix }: Bridge, consumer: string): Promise<number> {
  const kafka = createKafkaJs(connectionFrom(config, `${prefix}.cli`));
  const groups = await groupsWithLag(kafka, `${prefix}.${consumer}`);
  return groups.find(({ groupId }) => groupId === `${prefix}.${consumer}`)?.members ?? 0;
}
