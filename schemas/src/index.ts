export * from './generated/records.ts';
export {
  FAMILIES,
  type Family,
  type RecordName,
  type Route,
  subjectOf,
  TOPICS,
  type TopicDeclaration,
  topicNames,
} from './topics.ts';
