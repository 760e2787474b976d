import type { SlackVerdict } from '@gemini-events/slack/signature';
import type { Approvals } from '../store/approvals.ts';

/** What the buttons of Slack are taken with. */
interface SlackParts {
  /** Signing secrets of the app; several during a rotation, none: no button is taken. */
  readonly secrets: readonly string[];
  /**
   * Posts to the `response_url` of a click, which comes from outside.
   * @throws BridgeError ERR_HTTP_REFUSED it is not at Slack; ERR_HTTP_UNAVAILABLE, ERR_SLACK_REFUSED
   */
  readonly respond: (url: string, body: object) => Promise<void>;
  readonly onRefused: (reason: Extract<SlackVerdict, { readonly ok: false }>['reason']) => void;
}

/** What the routes of approvals work with. */
export interface ApprovalApiParts {
  readonly approvals: Pick<Approvals, 'decide' | 'find' | 'list' | 'log'>;
  readonly slack: SlackParts;
  /** Told of answers that Slack did not get. */
  readonly onFault: (error: unknown) => void;
  readonly now: () => number;
}
