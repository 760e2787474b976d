/** What the store remembers of one key. */
export interface SeenEntry {
  /** First 16 bytes of SHA-256 over the body of the first delivery, as lower-case hex. */
  readonly bodyDigest: string;
  /** Record time of the first delivery, milliseconds since 1970. */
  readonly firstSeenMs: number;
}

/**
 * Answers "was this key seen within the window?" for one partition. Time is record time: what counts
 * as now is given with each call, so that a replayed log gives the same answers as a live one.
 */
export interface WindowStore {
  /** The entry of a key that was first seen less than a window before `nowMs`. */
  find(key: string, nowMs: number): SeenEntry | undefined;
  /** Remembers a key. A key that is there already keeps its first entry. */
  add(key: string, entry: SeenEntry): void;
  /** Forgets what no call with this `nowMs` or a later one can find. */
  expire(nowMs: number): void;
  /** Keys that are held, expired ones included until `expire` drops them. */
  readonly size: number;
}
