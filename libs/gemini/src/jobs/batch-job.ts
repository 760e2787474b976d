import { at, countAt, textAt } from '../json/at.ts';
import { fileNameIn } from '../names/resource-name.ts';
import { type JobError, readJobError } from './job-error.ts';

type BatchState = 'running' | 'succeeded' | 'failed' | 'cancelled' | 'expired';

/** A batch by its own word, without inlined responses. */
export interface BatchJob {
  readonly state: BatchState;
  /** `files/<id>` of the responses; null where they are inlined, or where there are none. */
  readonly file: string | null;
  /** What stands where the file should be named and names none, for example `gs://…`. */
  readonly pointer: string | null;
  readonly requests: number | null;
  readonly model: string | null;
  readonly error: JobError | null;
}

/** `BATCH_STATE_` on the wire, `JOB_STATE_` in docs and SDK (contract notes 3.2). */
const STATES: Readonly<Record<string, BatchState>> = {
  SUCCEEDED: 'succeeded',
  // Done, with rows that failed: so may one that succeeded have (hazard 16).
  PARTIALLY_SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
};

/**
 * Reads the operation that a batch is asked for with. The output stands under `metadata.output` and under
 * `response` (hazard 18).
 */
export function readBatchJob(operation: unknown): BatchJob {
  const pointer =
    textAt(operation, 'metadata', 'output', 'responsesFile') ??
    textAt(operation, 'response', 'responsesFile');
  const error = readJobError(at(operation, 'error'));
  return {
    state: stateOf(operation, error),
    file: fileNameIn(pointer),
    pointer,
    requests: countAt(operation, 'metadata', 'batchStats', 'requestCount'),
    model: textAt(operation, 'metadata', 'model')?.replace(/^models\//, '') ?? null,
    error,
  };
}

/** A state that is not known does not hide that the operation has ended. */
function stateOf(operation: unknown, error: JobError | null): BatchState {
  const name = textAt(operation, 'metadata', 'state')?.replace(/^(?:BATCH|JOB)_STATE_/, '') ?? '';
  const known = STATES[name];
  if (known !== undefined) return known;
  if (at(operation, 'done') !== true) return 'running';
  return error === null ? 'succeeded' : 'failed';
}
