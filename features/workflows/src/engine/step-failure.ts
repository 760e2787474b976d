import { BridgeError, ERROR_CODES, type ErrorCode } from '@gemini-events/events';

/** Text of an error that is kept. */
const MOST_MESSAGE = 2_000;

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** What is told of an error: its code, if it has one of ours, and its first words. */
export function failureOf(error: unknown): Failure {
  const { code, message } = (error ?? {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  const isOurs = typeof code === 'string' && code.startsWith('ERR_');
  const text = typeof message === 'string' ? message : String(error);
  return { code: isOurs ? code : 'ERR_UNEXPECTED', message: text.slice(0, MOST_MESSAGE) };
}

const MARK = 'gemini-events step';

/**
 * How a step fails at the engine, which keeps it and throws it again after a crash: as an error with
 * these fields, but of no class of ours any more.
 * @param step counted by the engine
 */
export function sealFailure(error: unknown, step: number): Error {
  const { code, message } = failureOf(error);
  return Object.assign(new Error(message), { code, step, mark: MARK });
}

/** The error of a step that has failed, the same whether now or before a crash; others as they are. */
export function openFailure(error: unknown): unknown {
  const { code, message, step, mark } = (error ?? {}) as Record<string, unknown>;
  if (mark !== MARK) return error;
  const known = typeof code === 'string' && code in ERROR_CODES;
  return new BridgeError(known ? (code as ErrorCode) : 'ERR_UNEXPECTED', String(message), {
    data: { code: String(code), ...(typeof step === 'number' ? { step } : {}) },
  });
}

/** The step whose failure an error is, or goes back to; null: none. */
export function failedStepOf(error: unknown): number | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof BridgeError && typeof each.data['step'] === 'number') {
      return each.data['step'];
    }
  }
  return null;
}
