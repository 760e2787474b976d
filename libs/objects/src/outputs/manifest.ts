import type { RowSummary } from '../rows/row-summary.ts';

/** One output by the job and the kind of event that it belongs to. */
export interface OutputId {
  /** Name of the ingress source. */
  readonly source: string;
  /** Resource name of the job, for example `batches/b1`. */
  readonly job: string;
  /** Type of the event. */
  readonly type: string;
}

/** One stored object of an output. */
export interface OutputPart {
  /** For people: `output.jsonl`, `answer.md`, `video-1.mp4`. */
  readonly name: string;
  readonly key: string;
  readonly uri: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/**
 * How a job ended. `partial`: there is an output, but rows of it failed, are missing, or cannot be read.
 * The last three have no output.
 */
export type OutputStatus = 'stored' | 'partial' | 'failed' | 'cancelled' | 'expired';

/** All that is known of an output: the last thing that is written, so what is there is whole. */
export interface Manifest extends OutputId {
  readonly version: 1;
  readonly status: OutputStatus;
  /** webhook-id of the event that led to it. */
  readonly eventId: string;
  /** The first one is the output itself; none where the job gave none. */
  readonly parts: readonly OutputPart[];
  /** Of batches. */
  readonly rows: RowSummary | null;
  /** Requests that the job had by its own word. */
  readonly requests: number | null;
  readonly index: {
    readonly key: string;
    /** Entries of each run. */
    readonly runs: readonly number[];
  } | null;
  /** Counts of tokens by the API's names for them. */
  readonly usage: Readonly<Record<string, number>>;
  readonly model: string | null;
  /** What an interaction's answer rests on and asks for, in numbers. */
  readonly answer: {
    readonly characters: number;
    readonly citations: readonly {
      readonly kind: string;
      readonly url: string | null;
      readonly title: string | null;
    }[];
    readonly functionCalls: readonly { readonly id: string | null; readonly name: string | null }[];
  } | null;
  readonly error: { readonly code: string | null; readonly message: string | null } | null;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
}
