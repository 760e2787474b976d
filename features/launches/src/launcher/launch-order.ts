/** An interaction that is begun: exactly one of model and agent. Fields as in the Gemini API. */
export interface InteractionLaunch {
  readonly kind: 'interaction';
  readonly model?: string | undefined;
  readonly agent?: string | undefined;
  /** A text, one content, or a list of contents or steps. */
  readonly input: string | readonly unknown[] | object;
  /** Nothing of these is inherited from the interaction that is continued. */
  readonly tools?: readonly unknown[] | undefined;
  readonly system_instruction?: string | undefined;
  readonly generation_config?: object | undefined;
  readonly agent_config?: object | undefined;
  readonly response_format?: object | undefined;
  readonly environment?: unknown;
  readonly service_tier?: string | undefined;
  readonly previous_interaction_id?: string | undefined;
  /** Gemini's own: up to 63 of lower-case letters, digits, `_` and `-`, keys and values. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

export interface BatchRow {
  /** By which its response is found again; each another one (hazard 14). */
  readonly key: string;
  /** A GenerateContentRequest as it goes over the wire. */
  readonly request: object;
}

/** Requests that are answered within a day: either here, or in a file of lines `{"key", "request"}`. */
export interface BatchLaunch {
  readonly kind: 'batch';
  /** With `models/` or without. */
  readonly model: string;
  readonly displayName: string;
  /** Uploaded as a file where they are long. */
  readonly requests?: readonly BatchRow[] | undefined;
  /** `files/<id>` of an upload. */
  readonly file?: string | undefined;
}

/** A video by an interaction, which is the only way to one (contract notes 3.4). */
export interface VideoLaunch {
  readonly kind: 'video';
  readonly model: string;
  /** A text, or a list of contents: text, pictures, a video to go on from. */
  readonly prompt: string | readonly unknown[];
  /** `aspect_ratio`, `resolution`, `duration`. */
  readonly format?: object | undefined;
  readonly generation_config?: object | undefined;
  readonly service_tier?: string | undefined;
  readonly previous_interaction_id?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

export type LaunchRequest = InteractionLaunch | BatchLaunch | VideoLaunch;

/** A call that costs money, and what is said of its job on the topic of jobs. */
export interface LaunchOrder {
  /** The call is made once for it; up to 512 bytes. */
  readonly key: string;
  readonly request: LaunchRequest;
  /** What it is about, for rules and workflows; not sent to Gemini. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly owner?: string | null | undefined;
  /** Which workflow its events are for. */
  readonly route?: string | null | undefined;
  readonly budgetUsd?: number | null | undefined;
  readonly runId?: string | null | undefined;
  /**
   * `calls` of the outcome `unclear`, or 1 of a call that was refused for good, after which somebody wants
   * it called again. The same order again does not call a third time.
   */
  readonly again?: number | undefined;
}
