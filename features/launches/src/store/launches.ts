export const LAUNCH_KINDS = ['batch', 'interaction', 'video'] as const;
export type LaunchKind = (typeof LAUNCH_KINDS)[number];

/** `calling`: nobody knows yet whether Gemini has made the job. `refused`: it has not. */
export const LAUNCH_STATES = ['calling', 'created', 'refused'] as const;
export type LaunchState = (typeof LAUNCH_STATES)[number];

/** A call that costs money, before it is made. */
export interface NewLaunch {
  /** The call is made once for it. */
  readonly key: string;
  readonly kind: LaunchKind;
  /** SHA-256 of the request, in hex: the same key is not good for another one. */
  readonly digest: string;
  /** Who makes the call: another text for each call, so that none speaks for another. */
  readonly caller: string;
  /** Model or agent. */
  readonly model: string | null;
  readonly owner: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Which workflow its events are for. */
  readonly route: string | null;
  readonly budgetUsd: number | null;
  /** The interaction that it continues. */
  readonly previousId: string | null;
  /** The run of the agent that asks for it. */
  readonly runId: string | null;
}

/** Times are milliseconds since 1970, by the clock of the ledger. */
export interface Launch extends NewLaunch {
  readonly state: LaunchState;
  /** Calls begun. */
  readonly calls: number;
  /** As events name it: `batches/x`, interactions without a prefix. Null unless it is created. */
  readonly resourceId: string | null;
  /** Why it was refused. */
  readonly error: LaunchError | null;
  /** When the last call was begun. */
  readonly begunAt: number;
  /** Milliseconds since then: no other clock has to be compared with that of the ledger. */
  readonly ageMs: number;
  readonly settledAt: number | null;
  /** When it was written to the topic of jobs. */
  readonly announcedAt: number | null;
}

export interface LaunchError {
  readonly code: string;
  readonly message: string;
}

export type Begun =
  /** It is yours: make the call. */
  | { readonly kind: 'call' }
  /** It is there, in whatever state: begun by somebody else, or earlier. */
  | { readonly kind: 'known'; readonly launch: Launch }
  /** The key belongs to another request. */
  | { readonly kind: 'conflict' };

/** Which launches; all that is not named is left open. */
export interface LaunchFilter {
  readonly owner?: string | undefined;
  readonly runId?: string | undefined;
  readonly state?: LaunchState | undefined;
  /** Begun before, as `begunAt` and `key` of the last one of the page before. */
  readonly before?: { readonly begunAt: number; readonly key: string } | undefined;
  readonly limit: number;
}

/**
 * The ledger of calls that cost money. Gemini takes no key with them that would make a repeat harmless, so
 * each is written down before it is made. A call whose caller says nothing any more stays `calling`, until
 * it is known what it came to ({@link Launches.adopt}), or that it came to nothing ({@link Launches.again}).
 */
export interface Launches {
  /** Writes down that a call is about to be made. Of any number at once one is told to make it. */
  begin(launch: NewLaunch): Promise<Begun>;
  /** The call made this job. False, also when said again: it is not the call of this caller that is under way. */
  created(key: string, caller: string, resourceId: string): Promise<boolean>;
  /** The call made nothing, for sure. False as above. */
  refused(key: string, caller: string, error: LaunchError): Promise<boolean>;
  /**
   * Somebody has found the job that the call made. True also where that is known already; false where it
   * was settled otherwise, or the job belongs to another launch.
   */
  adopt(key: string, resourceId: string): Promise<boolean>;
  /**
   * Begins another call, because the one before made nothing for sure, or since a human wants it.
   * @param now.sinceCalls how many were begun when that was found out: of two that have only one calls again
   */
  again(key: string, caller: string, now: { readonly sinceCalls: number }): Promise<boolean>;
  /** It is on the topic of jobs. */
  announced(key: string): Promise<void>;
  find(key: string): Promise<Launch | null>;
  ofResource(resourceId: string): Promise<Launch | null>;
  /** The newest first. */
  list(filter: LaunchFilter): Promise<readonly Launch[]>;
  /**
   * Forgets what was begun before a time and is settled; its key is good for a new call then.
   * @param before milliseconds since 1970
   * @returns how many
   */
  prune(before: number): Promise<number>;
}
