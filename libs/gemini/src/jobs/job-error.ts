import { at, textAt } from '../json/at.ts';

/** Why a job failed, by its own word. */
export interface JobError {
  /** A number of google.rpc.Code or a name, as it came. */
  readonly code: string | null;
  readonly message: string | null;
}

/** Reads `{code, message}`; null where there is none. */
export function readJobError(error: unknown): JobError | null {
  const code = at(error, 'code');
  const isCode = typeof code === 'string' || typeof code === 'number';
  const message = textAt(error, 'message');
  return isCode || message !== null ? { code: isCode ? String(code) : null, message } : null;
}
