/**
 * Prints events of gemini.events.batch as JSON lines: node consume.ts [COUNT]
 *
 * Needs: npm install kafkajs@2.2.4 @kafkajs/confluent-schema-registry@4.1.0
 */
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { Kafka, logLevel } from 'kafkajs';

const {
  KAFKA_BROKERS = '',
  SCHEMA_REGISTRY_URL = '',
  TOPIC_PREFIX = 'gemini',
  GROUP_ID = 'my-team.batch-reader',
} = process.env;
let left = Number(process.argv[2] ?? Infinity);

const registry = new SchemaRegistry({ host: SCHEMA_REGISTRY_URL });
const brokers = KAFKA_BROKERS.split(',');
const consumer = new Kafka({ brokers, logLevel: logLevel.ERROR }).consumer({
  groupId: GROUP_ID,
  // The default, written out because it matters: aborted events are not read.
  readUncommitted: false,
});
await consumer.connect();
await consumer.subscribe({ topics: [`${TOPIC_PREFIX}.events.batch`], fromBeginning: true });

const enough = new Promise<void>((resolve) => {
  void consumer.run({
    async eachMessage({ message: { key, value, headers = {} } }) {
      if (value === null || left <= 0) return;
      left -= 1;
      const event: unknown = await registry.decode(value);
      const texts = Object.entries(headers).map(([name, text]) => [name, String(text)]);
      const line = { key: key?.toString(), event, headers: Object.fromEntries(texts) };
      process.stdout.write(`${JSON.stringify(line)}\n`);
      if (left === 0) resolve();
    },
  });
});
await enough;
await consumer.disconnect();
