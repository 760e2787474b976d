import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

const STATUS = {
  400: 'INVALID_ARGUMENT',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  416: 'OUT_OF_RANGE',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
} as const;

type Code = keyof typeof STATUS & ContentfulStatusCode;

/** A call that the API refuses, with Google's error body. */
export class GoogleError extends Error {
  readonly code: Code;
  readonly status: string;

  constructor(code: Code, message: string, status: string = STATUS[code]) {
    super(message);
    this.name = 'GoogleError';
    this.code = code;
    this.status = status;
  }
}

export function invalid(message: string): GoogleError {
  return new GoogleError(400, message);
}

export function notFound(name: string): GoogleError {
  return new GoogleError(404, `Requested entity was not found: ${name}.`);
}

export function answerError(context: Context, error: unknown): Response {
  const { code, message, status } =
    error instanceof GoogleError ? error : new GoogleError(500, 'Internal error encountered.');
  return context.json({ error: { code, message, status } }, code);
}
