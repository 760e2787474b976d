import { isBridgeError } from '@gemini-events/events';
import { type Logger, pino, stdSerializers } from 'pino';

export type { Logger } from 'pino';

/** A JSON logger on stdout. Errors show their code, data and the codes of their causes. */
export function createLogger(service: string, level: string): Logger {
  return pino({
    name: service,
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: serializeError },
    formatters: { level: (label) => ({ level: label }) },
  });
}

function serializeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, stack, type } = stdSerializers.err(error);
  return isBridgeError(error)
    ? { type, code: error.code, message, data: error.data, stack }
    : { type, message, stack };
}
