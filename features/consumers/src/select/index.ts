export type { EventFilter } from './event-filter.ts';
export { labelsFrom } from './labels-from.ts';
export { createMatch, type MatchEvent } from './match-event.ts';
