import type { OriginalRecord } from '../dead-letters/dead-letter.ts';
import type { AnyEvent } from '../definition/event.ts';
import type { Parked } from '../store/parking/parking.ts';

/** A record on its way through the runtime. */
export interface Job {
  readonly record: OriginalRecord;
  /** The record's key as text: jobs with the same one never overlap and keep their order. */
  readonly key: string;
  /** Null where the value could not be decoded. */
  readonly event: AnyEvent | null;
  /** Where it comes out of the parking. */
  readonly parked: Parked | null;
  /** Milliseconds since 1970. */
  readonly takenAt: number;
  /** Its offset may be committed, or it may leave the parking. */
  readonly settle: () => void;
}
