import { Error as Errors } from '@dbos-inc/dbos-sdk';

/** Whether an error says that this process is not to go on with a run: it was cancelled, or runs elsewhere. */
export function isHandOver(error: unknown): boolean {
  return (
    error instanceof Errors.DBOSWorkflowConflictError ||
    error instanceof Errors.DBOSWorkflowCancelledError
  );
}

/** Whether a run with this id is there already, begun by another version of its workflow. */
export function isOfOtherVersion(error: unknown): boolean {
  return error instanceof Errors.DBOSConflictingWorkflowError;
}

export function isUnknownRun(error: unknown): boolean {
  return error instanceof Errors.DBOSNonExistentWorkflowError;
}
