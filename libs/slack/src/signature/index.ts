export { signSlack } from './sign-slack.ts';
export { type SlackVerdict, verifySlack } from './verify-slack.ts';
