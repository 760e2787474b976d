import { applyTopics, withAdmin } from '@gemini-events/kafka/admin';
import { createRegistry } from '@gemini-events/kafka/codec';
import { createKafkaJs } from '@gemini-events/kafka/connection';
import { consumerTopics, TOPICS } from '@gemini-events/schemas';

interface Addresses {
  readonly kafkaBrokers: string;
  readonly schemaRegistryUrl: string;
}

/** A broker of the tests has thousands of partitions otherwise, and each start waits for all of its own. */
const FEW_PARTITIONS = 3;

const kafkaOf = ({ kafkaBrokers }: Pick<Addresses, 'kafkaBrokers'>) =>
  createKafkaJs({ clientId: 'test', brokers: kafkaBrokers.split(',') });

/**
 * Makes the declared topics and schemas under a prefix, as `topics apply` and `schemas apply` do.
 * @param options.partitions of each topic; `declared`: as many as are declared
 * @param options.consumer also the topics of this consumer
 */
export async function applyDeclared(
  prefix: string,
  stack: Addresses,
  options: { readonly partitions?: number | 'declared'; readonly consumer?: string } = {},
): Promise<void> {
  const { partitions = FEW_PARTITIONS, consumer } = options;
  // Those of the bridge's own consumers are declared already.
  const others = (consumer === undefined ? [] : consumerTopics(consumer)).filter(
    ({ name }) => !TOPICS.some((topic) => topic.name === name),
  );
  const declared = [...TOPICS, ...others];
  const topics =
    partitions === 'declared' ? declared : declared.map((topic) => ({ ...topic, partitions }));
  const registry = createRegistry({ SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl });
  await Promise.all([
    applyTopics(kafkaOf(stack), { prefix, topics, dryRun: false }),
    registry.applySchemas(prefix, { dryRun: false }),
  ]);
}

/** Deletes the topics of a prefix: what is left of a test slows down the broker for all that follow. */
export async function deleteTopics(
  prefix: string,
  stack: Pick<Addresses, 'kafkaBrokers'>,
): Promise<void> {
  await withAdmin(kafkaOf(stack), async (admin) => {
    const topics = (await admin.listTopics()).filter((name) => name.startsWith(`${prefix}.`));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  });
}
