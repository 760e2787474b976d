/** Types of genuine events that no catalogue names. */
export type UnknownType = 'ping' | 'tuning.succeeded';

/** What else is delivered around one event. */
export interface Extras {
  readonly repeats: number;
  readonly forgery: 'foreign_key' | 'changed_body' | null;
  readonly stale: 'same_id' | 'fresh_id' | null;
  readonly malformed: 'not_json' | 'no_id' | null;
  readonly unknown: UnknownType | null;
}

export const NO_EXTRAS: Extras = {
  repeats: 0,
  forgery: null,
  stale: null,
  malformed: null,
  unknown: null,
};
