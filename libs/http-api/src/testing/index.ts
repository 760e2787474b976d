export { createAnswerCheck } from './check-answer.ts';
