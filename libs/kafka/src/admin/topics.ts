import { BridgeError } from '@gemini-events/events';
import { TOPICS, type TopicDeclaration } from '@gemini-events/schemas';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { createTopics } from './create-topics.ts';
import { type ExistingTopic, planTopics, type TopicAction } from './plan-topics.ts';

// CommonJS: Node finds this name only on the default export.
const { ConfigResourceTypes } = kafkajs;

/** Where a setting of a topic comes from: set on the topic itself (DescribeConfigs). */
const SET_ON_TOPIC = 1;

/** Runs `work` with a connected admin client. @throws BridgeError ERR_KAFKA_UNAVAILABLE */
export async function withAdmin<Result>(
  kafka: Kafka,
  work: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const admin = kafka.admin({ retry: { retries: 5 } });
  try {
    await admin.connect();
    return await work(admin);
  } catch (cause) {
    if (cause instanceof BridgeError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new BridgeError('ERR_KAFKA_UNAVAILABLE', `Kafka: ${message}`, { cause });
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/**
 * Makes the declared topics be what they are declared to be. Nothing is done when one has to be refused.
 * @param options.topics default: those of the bridge
 * @returns what was done, or with `dryRun` what would be
 * @throws BridgeError ERR_KAFKA_TOPIC_MISFIT, ERR_KAFKA_UNAVAILABLE
 */
export async function applyTopics(
  kafka: Kafka,
  options: {
    readonly prefix: string;
    readonly topics?: readonly TopicDeclaration[];
    readonly replicationFactor?: number;
    readonly dryRun: boolean;
  },
): Promise<readonly TopicAction[]> {
  return withAdmin(kafka, async (admin) => {
    const { prefix, topics = TOPICS } = options;
    const declared = topics.map(({ name }) => `${prefix}.${name}`);
    const existing = await describeTopics(admin, declared);
    const actions = planTopics(topics, prefix, existing);
    const refused = actions.flatMap((action) => (action.action === 'refuse' ? [action] : []));
    if (refused.length > 0 && !options.dryRun) {
      const list = refused.map(
        ({ topic, declared, found }) => `${topic} has ${found} partitions, not ${declared}`,
      );
      throw new BridgeError('ERR_KAFKA_TOPIC_MISFIT', list.join('; '));
    }
    if (!options.dryRun) await carryOut(admin, actions, existing, options.replicationFactor ?? -1);
    return actions;
  });
}

/**
 * What is wrong with the topics that a service needs: those that are missing and, where `input` is
 * given, those that have fewer partitions than it. Dedup writes to its input's partition number.
 * @throws BridgeError ERR_KAFKA_UNAVAILABLE
 */
export async function findUnfitTopics(
  kafka: Kafka,
  topics: readonly string[],
  input?: string,
): Promise<readonly string[]> {
  const all = input === undefined ? topics : [input, ...topics];
  return withAdmin(kafka, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const missing = all.filter((topic) => !existing.has(topic));
    if (missing.length > 0) return missing.map((topic) => `${topic} is missing`);
    if (input === undefined) return [];
    const metadata = await admin.fetchTopicMetadata({ topics: [...all] });
    const counts = new Map(
      metadata.topics.map(({ name, partitions }) => [name, partitions.length]),
    );
    const countOf = (topic: string): number => counts.get(topic) ?? 0;
    return topics
      .filter((topic) => countOf(topic) < countOf(input))
      .map((topic) => `${topic} has ${countOf(topic)} partitions, ${input} has ${countOf(input)}`);
  });
}

async function describeTopics(
  admin: Admin,
  declared: readonly string[],
): Promise<ReadonlyMap<string, ExistingTopic>> {
  const found = (await admin.listTopics()).filter((name) => declared.includes(name));
  if (found.length === 0) return new Map();
  const [{ topics }, { resources }] = await Promise.all([
    admin.fetchTopicMetadata({ topics: found }),
    admin.describeConfigs({
      includeSynonyms: false,
      resources: found.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
    }),
  ]);
  return new Map(
    topics.map(({ name, partitions }) => {
      const entries =
        resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
      const own = entries.filter(({ configSource }) => (configSource as number) === SET_ON_TOPIC);
      return [
        name,
        {
          partitions: partitions.length,
          replicationFactor: partitions[0]?.replicas.length ?? 0,
          config: Object.fromEntries(
            own.map(({ configName, configValue }) => [configName, configValue]),
          ),
        },
      ];
    }),
  );
}

async function carryOut(
  admin: Admin,
  actions: readonly TopicAction[],
  existing: ReadonlyMap<string, ExistingTopic>,
  replicationFactor: number,
): Promise<void> {
  const create = actions.flatMap((action) => (action.action === 'create' ? [action] : []));
  if (create.length > 0) {
    await createTopics(
      admin,
      create.map(({ topic, partitions, config }) => ({
        topic,
        numPartitions: partitions,
        replicationFactor,
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      })),
    );
  }
  for (const action of actions) {
    if (action.action !== 'change') continue;
    if (action.partitions !== null) {
      await admin.createPartitions({
        topicPartitions: [{ topic: action.topic, count: action.partitions }],
      });
    }
    // AlterConfigs replaces all settings of a topic: those that are not declared are sent along.
    const wanted = Object.entries(action.config).map(([name, { to }]) => [name, to] as const);
    if (wanted.length === 0) continue;
    const entries = { ...existing.get(action.topic)?.config, ...Object.fromEntries(wanted) };
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: action.topic,
          configEntries: Object.entries(entries).map(([name, value]) => ({ name, value })),
        },
      ],
    });
  }
}
