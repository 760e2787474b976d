import type { ApiTokens } from '@gemini-events/access';
import type { ApprovalApiParts } from '@gemini-events/approvals/http';
import type { RunApiParts } from '@gemini-events/workflows/http';

/** What the API works with. */
export interface ApiParts extends ApprovalApiParts, RunApiParts {
  readonly tokens: Pick<ApiTokens, 'check' | 'idOf'>;
  /** Told of errors that are answered with 500 and without a word, and of answers that Slack did not get. */
  readonly onFault: (error: unknown) => void;
}
