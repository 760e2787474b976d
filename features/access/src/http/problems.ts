import { defineProblems } from '@gemini-events/http-api';

/** Routes of tokens answer no problem but those of every API. */
export const { problem, problems } = defineProblems({});
