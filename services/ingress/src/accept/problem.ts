import type { ErrorCode } from '@gemini-events/events';

export const STATUS_LINES = {
  202: '202 Accepted',
  400: '400 Bad Request',
  401: '401 Unauthorized',
  404: '404 Not Found',
  405: '405 Method Not Allowed',
  413: '413 Content Too Large',
  429: '429 Too Many Requests',
  503: '503 Service Unavailable',
} as const;
export type Status = keyof typeof STATUS_LINES;

export const PROBLEM_TYPE = 'application/problem+json';

/** The body of an error by RFC 9457; `code` is the stable part. */
export function problemBody(status: Status, code: ErrorCode, detail: string): string {
  const title = STATUS_LINES[status].slice('000 '.length);
  return JSON.stringify({ type: 'about:blank', title, status, code, detail });
}
