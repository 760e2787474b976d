import type { Approvals, NewApproval } from '@gemini-events/approvals';
import type { HandlerLog } from '@gemini-events/consumer';
import type { Gemini } from '@gemini-events/gemini';
import type { Launches } from '@gemini-events/launches';
import type { Launcher } from '@gemini-events/launches/launcher';
import type { NewMessage } from '@gemini-events/notifications';
import type { Outputs } from '@gemini-events/objects';
import type { RunJournal } from '../store/run-journal.ts';
import type { RunWaits } from '../store/run-waits.ts';
import type { Runs } from '../store/runs.ts';
import type { Durable } from './durable.ts';

/** What the steps of runs work with. Stores throw ERR_POSTGRES_UNAVAILABLE while Postgres is away. */
export interface RunParts {
  readonly runs: Runs;
  readonly journal: RunJournal;
  readonly waits: RunWaits;
  readonly launches: Launches;
  readonly launcher: Launcher;
  readonly gemini: Gemini;
  readonly approvals: Pick<Approvals, 'expire' | 'list' | 'cancel'>;
  /** Asks, and queues the message that asks in Slack, both or neither. */
  readonly ask: (approval: NewApproval, messages: readonly NewMessage[]) => Promise<void>;
  /** Queues messages for the notifier, each once for its id. */
  readonly tell: (messages: readonly NewMessage[]) => Promise<void>;
  /** Where results lie, and what runs store themselves. */
  readonly results: {
    readonly outputs: Outputs;
    /** Puts a whole object; the same again changes nothing. */
    readonly put: (key: string, content: string, contentType: string) => Promise<void>;
  };
  readonly settings: {
    /** Channel in which approvals are asked, where they name none. */
    readonly channel: string | null;
    /** How long the event of an unclear call is waited for before a human is asked, in milliseconds. */
    readonly settleWithinMs: number;
    /** Who may decide about unclear calls. */
    readonly operators: readonly string[] | null;
    /** Looks at a job that is waited for. */
    readonly lookEveryMs: { readonly first: number; readonly longest: number };
  };
}

/** A run, to the steps that are built in. */
export interface RunSteps {
  readonly durable: Durable;
  readonly parts: RunParts;
  readonly workflow: string;
  readonly source: string;
  readonly eventId: string;
  readonly resourceId: string | null;
  readonly log: HandlerLog;
}
