import type { Answer } from '../accept/answer.ts';

export const STATUS_LINES: Readonly<Record<Answer['status'], string>> = {
  202: '202 Accepted',
  400: '400 Bad Request',
  401: '401 Unauthorized',
  404: '404 Not Found',
  405: '405 Method Not Allowed',
  413: '413 Content Too Large',
  429: '429 Too Many Requests',
  503: '503 Service Unavailable',
};

export const PROBLEM_TYPE = 'application/problem+json';

/** The body of an error by RFC 9457; `code` is the stable part. */
export function problemBody(answer: Answer): string {
  if (answer.problem === null) return '';
  const { code, detail } = answer.problem;
  const title = STATUS_LINES[answer.status].slice('000 '.length);
  return JSON.stringify({ type: 'about:blank', title, status: answer.status, code, detail });
}
