import type { ApiTokens } from '@gemini-events/access';
import type { ApiAudit } from '@gemini-events/access/audit';
import type { SlackVerdict } from '@gemini-events/slack/signature';
import type { Engine } from '@gemini-events/workflows/engine';
import type { RunJournal, Runs } from '@gemini-events/workflows/store';
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

/** What the API works with. */
export interface ApiParts {
  readonly approvals: Pick<Approvals, 'decide' | 'find' | 'list' | 'log'>;
  readonly runs: Pick<Runs, 'find' | 'list'>;
  readonly journal: Pick<RunJournal, 'of'>;
  readonly tokens: Pick<ApiTokens, 'check'>;
  readonly engine: Pick<Engine, 'cancel' | 'redrive'>;
  /** Called before each change of a run; where it throws, nothing is changed. */
  readonly audit: (entry: ApiAudit) => Promise<void>;
  readonly slack: SlackParts;
  /** Told of errors that are answered with 500 and without a word, and of answers that Slack did not get. */
  readonly onFault: (error: unknown) => void;
  readonly now: () => number;
}
