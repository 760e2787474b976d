import kafkajs, { type Kafka } from 'kafkajs';
import { withAdmin } from './topics.ts';

// CommonJS: Node finds this name only on the default export.
const { ConfigResourceTypes } = kafkajs;

/**
 * The settings that a topic has: its own ones, and those of the brokers where it has none.
 * @throws BridgeError ERR_KAFKA_UNAVAILABLE; also where the cluster does not let us look
 */
export function topicConfig(kafka: Kafka, topic: string): Promise<ReadonlyMap<string, string>> {
  return withAdmin(kafka, async (admin) => {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
    });
    const entries = resources.flatMap(({ configEntries }) => configEntries);
    return new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
  });
}
