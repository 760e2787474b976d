export type { RunStory } from './run-story.ts';
