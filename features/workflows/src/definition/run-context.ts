import type { Choice } from '@gemini-events/approvals';
import type { GeminiEvent, HandlerLog } from '@gemini-events/consumer';
import type { BatchRow } from '@gemini-events/launches/launcher';
import type { Tool } from './define-tool.ts';
import type { RegisteredJob } from './registered-job.ts';
import type { StepPolicy } from './step-policy.ts';

export interface StepOptions extends StepPolicy {
  /** What the step works with, to be shown in the time line; secrets are taken out. */
  readonly input?: unknown;
  /** Whether another attempt makes sense. @default always */
  readonly isRetried?: (error: unknown) => boolean;
}

/** What one attempt at a step is given. */
export interface Attempt {
  /** From 1, counting those that failed; begins anew after a redrive. */
  readonly number: number;
  /** Aborted when the attempt's time is over, or the run is cancelled. */
  readonly signal: AbortSignal;
}

export type { Choice };

export interface ApprovalRequest {
  readonly title: string;
  /** What a decision rests on: plain data, shown as it is. */
  readonly evidence?: Readonly<Record<string, unknown>>;
  /** @default approve and reject */
  readonly choices?: readonly Choice[];
  /** Who may decide, such as `slack:U1`, `cli:anna@host`, `token/…`. @default whoever gets that far */
  readonly approvers?: readonly string[];
  /** @default one day */
  readonly expiresInMs?: number;
  /** Name of the choice that counts when nobody has decided. @default none: it counts as rejected */
  readonly defaultChoice?: string;
  /** Channel of the notifier's rules, in which it is asked with buttons. @default the agent's own, if set */
  readonly channel?: string;
}

export interface Decision {
  readonly approved: boolean;
  /** Null: it expired, and has no default. */
  readonly choice: string | null;
  /** Who decided; null: it expired. */
  readonly actor: string | null;
  readonly reason: string | null;
}

/** What every job may be launched with. */
export interface LaunchOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly owner?: string;
  readonly route?: string;
  readonly budgetUsd?: number;
}

/** An interaction that is begun: exactly one of model and agent. As in the Gemini API, snake_case. */
export interface InteractionRequest extends LaunchOptions {
  readonly model?: string;
  readonly agent?: string;
  readonly input: string | readonly unknown[];
  readonly tools?: readonly unknown[];
  readonly system_instruction?: string;
  readonly generation_config?: Readonly<Record<string, unknown>>;
  readonly agent_config?: Readonly<Record<string, unknown>>;
  readonly response_format?: Readonly<Record<string, unknown>>;
  readonly previous_interaction_id?: string;
}

export type { BatchRow };

export interface BatchRequest extends LaunchOptions {
  readonly model: string;
  readonly displayName: string;
  /** Uploaded as a file where they are many. */
  readonly rows: readonly BatchRow[];
}

export interface VideoRequest extends LaunchOptions {
  readonly model: string;
  readonly prompt: string;
  /** As `response_format` of the Gemini API, without `type` and `delivery`. */
  readonly format?: Readonly<Record<string, unknown>>;
}

export interface FunctionCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** Where an interaction stands, by its own word. */
export interface InteractionState {
  readonly id: string;
  /** As the Gemini API names it: `requires_action`, `completed`, `failed` … */
  readonly status: string;
  /** Of what it was asked: sent along when it is continued. */
  readonly model: string | null;
  readonly agent: string | null;
  readonly previousId: string | null;
  /** Text of the answer, at most 64 Ki characters. */
  readonly text: string;
  /** What waits for an answer; empty unless it requires action. */
  readonly calls: readonly FunctionCall[];
  readonly usage: Readonly<Record<string, number>>;
  readonly error: { readonly code: string | null; readonly message: string | null } | null;
}

export interface BatchState {
  readonly id: string;
  readonly status: 'running' | 'succeeded' | 'failed' | 'cancelled' | 'expired';
  readonly file: string | null;
  readonly error: { readonly code: string | null; readonly message: string | null } | null;
}

export interface WaitOptions {
  /** After that it throws ERR_JOB_OVERDUE. @default 48 hours */
  readonly withinMs?: number;
  /** The job is looked at so often although no event came, from the first wait to the longest. */
  readonly lookEveryMs?: { readonly first: number; readonly longest: number };
}

export interface AnswerOptions extends LaunchOptions {
  /** What the model may call, and what answers; also sent with the continuation. */
  readonly tools: readonly Tool[];
  /** Sent along: nothing is inherited by a continuation. */
  readonly system_instruction?: string;
  readonly generation_config?: Readonly<Record<string, unknown>>;
  /** Further tools of the API, such as `{ type: 'google_search' }`. */
  readonly moreTools?: readonly unknown[];
}

/** The Gemini API, by steps: what costs money is done once, whatever crashes. */
export interface GeminiSteps {
  /** Begins an interaction in the background. @returns its id */
  readonly interaction: (name: string, request: InteractionRequest) => Promise<string>;
  readonly batch: (name: string, request: BatchRequest) => Promise<string>;
  /** A video, as an interaction: Veo is closed. */
  readonly video: (name: string, request: VideoRequest) => Promise<string>;
  /** Reads an interaction as it is now. */
  readonly readInteraction: (id: string) => Promise<InteractionState>;
  /** Waits until an interaction has ended or requires action, woken by its event. */
  readonly untilInteraction: (id: string, options?: WaitOptions) => Promise<InteractionState>;
  readonly untilBatch: (id: string, options?: WaitOptions) => Promise<BatchState>;
  /**
   * Answers all function calls of an interaction that requires action, in parallel, in one request.
   * @returns the id of the continuation, which is a new interaction
   * @throws BridgeError ERR_INTERACTION_CONTINUED somebody else has continued it
   */
  readonly answerCalls: (interaction: InteractionState, options: AnswerOptions) => Promise<string>;
  /** {@link answerCalls} and wait, until it does not call any more. */
  readonly converse: (
    interaction: InteractionState,
    options: AnswerOptions & WaitOptions & { readonly mostTurns?: number },
  ) => Promise<InteractionState>;
}

/** What the results consumer has stored of jobs, and what runs store themselves. */
export interface StoreSteps {
  /** Stores text under the run. @returns its key */
  readonly put: (name: string, content: string, contentType?: string) => Promise<string>;
  /** Rows of a stored batch, at most `limit`, parsed; in the order of the file. */
  readonly rows: (
    resourceId: string,
    options?: { readonly limit?: number },
  ) => Promise<readonly StoredRow[]>;
}

export interface StoredRow {
  readonly key: string | null;
  readonly text: string | null;
  readonly error: string | null;
}

export interface Message {
  /** Channel of the notifier's rules. */
  readonly channel: string;
  /** Slack's mrkdwn; put what comes from outside through `escapeSlack`. */
  readonly text: string;
  /** Messages with the same one stand in one thread. @default the job of the event */
  readonly thread?: string;
}

/** What a run works with. */
export interface RunContext {
  readonly runId: string;
  /** The event that it was begun for. */
  readonly event: GeminiEvent;
  readonly job: RegisteredJob | null;
  readonly log: HandlerLog;
  /**
   * Does something once: what it gives is kept, and given again after a crash. A crash in its middle
   * repeats it. What it gives has to be plain data.
   */
  readonly step: <Result>(
    name: string,
    work: (attempt: Attempt) => Promise<Result>,
    options?: StepOptions,
  ) => Promise<Result>;
  /** Waits, also over restarts. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds since 1970; the same after a crash. */
  readonly now: () => Promise<number>;
  /**
   * Whether this run goes the new way of a change: for changes within a version. True for runs that had
   * not yet come here when it was deployed.
   */
  readonly patched: (name: string) => Promise<boolean>;
  /** Asks people and waits for the first decision. */
  readonly approval: (name: string, request: ApprovalRequest) => Promise<Decision>;
  /** Tells people in Slack, by the notifier. Once for its name. */
  readonly notify: (name: string, message: Message) => Promise<void>;
  readonly gemini: GeminiSteps;
  readonly store: StoreSteps;
}
