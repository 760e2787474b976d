import type { Bridge } from '@gemini-events/cli-kit/bridge';
import { connectionFrom, createKafkaJs, groupsWithLag } from '@gemini-events/kafka';

/** Instances of a consumer that run now. */
export async function membersOf({ config, prefix }: Bridge, consumer: string): Promise<number> {
  const kafka = createKafkaJs(connectionFrom(config, `${prefix}.cli`));
  const groups = await groupsWithLag(kafka, `${prefix}.${consumer}`);
  return groups.find(({ groupId }) => groupId === `${prefix}.${consumer}`)?.members ?? 0;
}
