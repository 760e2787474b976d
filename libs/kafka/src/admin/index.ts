/** Topics and groups, by the admin client of kafkajs. */
export { type GroupStanding, groupsWithLag } from './group-lag.ts';
export { planTopics, type TopicAction } from './plan-topics.ts';
export { topicConfig } from './topic-config.ts';
export { applyTopics, withAdmin } from './topics.ts';
export { type TopicWatch, watchTopics } from './watch-topics.ts';
