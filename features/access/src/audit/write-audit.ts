import type { ConsumersConfig } from '@gemini-events/cli-kit/config';
import { createEncoder, createRegistry } from '@gemini-events/kafka/codec';
import { connectionFrom, createKafkaJs } from '@gemini-events/kafka/connection';
import { sendOnce } from '@gemini-events/kafka/send-once';
import { type AuditEntry, topicNames } from '@gemini-events/schemas';

/**
 * Writes down what is about to be changed. Called before the change, so that no change goes without an
 * entry; an entry whose change failed is followed by another try, or stands alone.
 * @throws BridgeError ERR_KAFKA_UNAVAILABLE, ERR_REGISTRY_UNAVAILABLE, ERR_SCHEMA_MISSING
 */
export async function audit(config: ConsumersConfig, entry: AuditEntry): Promise<void> {
  const { TOPIC_PREFIX: prefix } = config;
  const ids = await createRegistry(config).lookupSchemaIds(prefix, ['AuditEntry']);
  await sendOnce(createKafkaJs(connectionFrom(config, `${prefix}.cli`)), {
    topic: topicNames(prefix).audit,
    key: Buffer.from(entry.actor),
    value: createEncoder(ids)({ name: 'AuditEntry', value: entry }),
    headers: {},
  });
}
