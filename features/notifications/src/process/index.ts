export { createNotifierConsumer } from './consumer.ts';
export { followRules } from './follow-rules.ts';
export { keepHouse } from './keep-house.ts';
export { disabledNotices } from './notices.ts';
export { createNotifierEvents } from './notifier-events.ts';
export { readFirstRules } from './read-first-rules.ts';
