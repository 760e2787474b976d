import type { Extras } from '../runs/extras.ts';
import type { Tally } from '../runs/tally.ts';
import type { FunctionCall, ScriptPlace } from '../scripts/turns.ts';
import type { JobState, Outcome } from './kinds.ts';

/** A webhook that a job's own request names instead of the registered ones. */
export interface DynamicWebhook {
  readonly uris: readonly string[];
  readonly userMetadata: Readonly<Record<string, unknown>>;
}

/** One request of a batch. */
export interface InputRow {
  /** Null where it was given none. */
  readonly key: string | null;
  /** The text of its answer; null: about nothing. */
  readonly answer: string | null;
}

/** What differs between kinds; the rest of a resource is made when it is asked for. */
export type JobRequest =
  | {
      readonly kind: 'batch';
      readonly displayName: string;
      readonly inputFile: string | null;
      /** Its requests; null where they stand in a file that was never uploaded. */
      readonly rows: readonly InputRow[] | null;
    }
  | {
      readonly kind: 'interaction';
      readonly target: { readonly model: string } | { readonly agent: string };
      readonly previousId: string | null;
      readonly labels: Readonly<Record<string, string>> | null;
      readonly wantsVideo: boolean;
      /** What it calls if it ends in `requires_action`; empty where it can call nothing. */
      readonly calls: readonly FunctionCall[];
      /** The text of its answer; null: of the usual length, about nothing. */
      readonly answer: string | null;
      readonly script: ScriptPlace | null;
      /** Not in the background: the answer to the create is the result, and no event is sent. */
      readonly isForeground: boolean;
      /** It brings the result of a function call, so it does not ask for another. */
      readonly answersCall: boolean;
    }
  | { readonly kind: 'video' };

export interface Job {
  /** What an event names as `data.id`. */
  readonly name: string;
  readonly model: string;
  readonly request: JobRequest;
  readonly outcome: Outcome;
  readonly createdAt: number;
  readonly outputBytes: number;
  readonly webhook: DynamicWebhook | null;
  readonly extras: Extras;
  readonly tally: Tally;
  state: JobState;
  endedAt: number | null;
}

/** `files/<id>` of the output; null where the job has none (yet). */
export function outputFile(job: Job): string | null {
  if (job.state !== 'succeeded') return null;
  return plannedFile(job);
}

/** The file that a job would have if it succeeded. Videos avoid dashes: an SDK cuts ids at them. */
export function plannedFile(job: Job): string | null {
  const { request, name } = job;
  if (request.kind === 'batch')
    return request.inputFile === null ? null : `files/batch-${idOf(name)}`;
  if (request.kind === 'interaction' && !request.wantsVideo) return null;
  return `files/v${idOf(name).replace(/[^a-z0-9]/g, '')}`;
}

function idOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
