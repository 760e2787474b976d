import { deadLetter, type Outcome } from '@gemini-events/consumer';
import { isBridgeError } from '@gemini-events/events';

/**
 * A dead letter for what no further try changes.
 * @throws the error itself where it may pass: unlike `retryLater`, a throw keeps its code
 */
export function outcomeOfError(error: unknown): Outcome {
  const isFinal = isBridgeError(
    error,
    'ERR_RESULT_NOT_FOUND',
    'ERR_RESULT_POINTER',
    'ERR_RESULT_TOO_LARGE',
    'ERR_GEMINI_REFUSED',
    'ERR_JOB_FOREIGN',
  );
  if (isFinal) return deadLetter(error.code, error.message);
  throw error;
}
