import { applyTopics, createKafkaJs, createRegistry } from '@gemini-events/kafka';

/** Makes the declared topics and schemas under a prefix, as `topics apply` and `schemas apply` do. */
export async function applyDeclared(
  prefix: string,
  stack: { readonly kafkaBrokers: string; readonly schemaRegistryUrl: string },
): Promise<void> {
  const kafka = createKafkaJs({ clientId: 'test', brokers: stack.kafkaBrokers.split(',') });
  await applyTopics(kafka, { prefix, dryRun: false });
  const registry = createRegistry({ SCHEMA_REGISTRY_URL: stack.schemaRegistryUrl });
  await registry.applySchemas(prefix, { dryRun: false });
}
