import { AGENT_SCOPES } from '@gemini-events/access';
import { approvalProblems } from '@gemini-events/approvals/http';
import type { ApiAbout } from '@gemini-events/http-api';
import { runProblems } from '@gemini-events/workflows/http';

/** What the document says first. */
export const ABOUT: ApiAbout = {
  title: 'gemini-events agent',
  version: '1.0.0',
  description: `Where people decide what runs of workflows ask them, and see what runs do.

Every request but those of Slack needs a token: \`Authorization: Bearer gne_…\`. Tokens are made with
\`gemini-events notify tokens\` or at the API of the notifier, and only operators may have them.`,
  scopes: { customers: [], operators: AGENT_SCOPES },
  problems: [approvalProblems, runProblems],
};
