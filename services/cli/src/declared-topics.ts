import { consumerTopics, TOPICS, type TopicDeclaration } from '@gemini-events/schemas';

/** The topics of the bridge, and those of the consumers that its list does not have already. */
export function declaredTopics(consumers: readonly string[]): readonly TopicDeclaration[] {
  const listed = new Set(TOPICS.map(({ name }) => name));
  const others = [...new Set(consumers)].flatMap(consumerTopics);
  return [...TOPICS, ...others.filter(({ name }) => !listed.has(name))];
}
