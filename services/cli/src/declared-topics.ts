import { consumerTopics, TOPICS, type TopicDeclaration } from '@gemini-events/schemas';

/** Stand beside the consumers, and read topics in another way than they do. */
const WITHOUT_LANES = new Set(['sync']);

/** The topics of the bridge, and those of the consumers that its list does not have already. */
export function declaredTopics(consumers: readonly string[]): readonly TopicDeclaration[] {
  const listed = new Set(TOPICS.map(({ name }) => name));
  const others = [...new Set(consumers)]
    .filter((name) => !WITHOUT_LANES.has(name))
    .flatMap(consumerTopics);
  return [...TOPICS, ...others.filter(({ name }) => !listed.has(name))];
}
