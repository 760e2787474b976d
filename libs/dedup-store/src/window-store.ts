/** What the store remembers of one key. */
export interface SeenEntry {
  /** First 8 bytes of SHA-256 over the body of the first delivery: 16 lower-case hex characters. */
  readonly bodyDigest: string;
  /** Record time of the first delivery, whole milliseconds since 1970. */
  readonly firstSeenMs: number;
}

/** What a store takes, for a gauge. */
export interface StoreUsage {
  readonly segments: number;
  /** Keys that are held, like `size`. */
  readonly ids: number;
  /** Memory of the entries and of the tables that find them. */
  readonly bytes: number;
}

/**
 * Answers "was this key seen within the window?" for one partition. Time is record time: what counts
 * as now is given with each call, so that a replayed log gives the same answers as a live one.
 *
 * A key is a hash of 128 bits, as a string of 16 latin1 characters.
 */
export interface WindowStore {
  readonly windowMs: number;
  /** The entry of a key that was first seen less than a window before `nowMs`. */
  find(key: string, nowMs: number): SeenEntry | undefined;
  /** Remembers a key. A key that is there already keeps its first entry for a whole window. */
  add(key: string, entry: SeenEntry): void;
  /**
   * Adds the entry that begins at `at`, as the changelog holds it: key hash (16 bytes), body digest (16
   * bytes, of which the first 8 are kept), first-seen time (8 bytes, big-endian).
   *
   * @returns the first-seen time
   */
  addPacked(bytes: Buffer, at: number): number;
  /** Forgets what no call with this `nowMs` or a later one can find. */
  expire(nowMs: number): void;
  /** Keys that are held, expired ones included until `expire` drops them. */
  readonly size: number;
  usage(): StoreUsage;
}
