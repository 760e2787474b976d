export * from './generated/records.ts';
export {
  consumerTopics,
  FAMILIES,
  type Family,
  type RecordName,
  type Route,
  subjectOf,
  TOPICS,
  type TopicDeclaration,
  topicNames,
} from './topics.ts';
