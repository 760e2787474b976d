import { describe, expect, it } from 'vitest';
import { classifyAnswer } from './classify-answer.ts';

const answer = (status: number | null, retryAfterMs: number | null = null) => ({
  status,
  error: status === null ? ('ERR_HTTP_REFUSED' as const) : null,
  retryAfterMs,
  head: 'what it said',
  kept: 'what it said',
  startedAt: 0,
  tookMs: 1,
});

describe('the answer of an endpoint', () => {
  it.each([200, 202, 204, 299])('is a success with %d', (status) => {
    expect(classifyAnswer(answer(status))).toMatchObject({ kind: 'delivered', error: null });
  });

  it.each([301, 302, 307, 308, 304])('is a failure with the redirect %d', (status) => {
    expect(classifyAnswer(answer(status)).kind).toBe('failed');
  });

  it.each([400, 401, 404, 500, 501])('is a failure with %d', (status) => {
    expect(classifyAnswer(answer(status)).kind).toBe('failed');
  });

  it.each([429, 502, 503, 504])('asks for a slower pace with %d', (status) => {
    expect(classifyAnswer(answer(status, 7_000))).toMatchObject({
      kind: 'throttled',
      afterMs: 7_000,
    });
  });

  it('ends all with 410', () => {
    expect(classifyAnswer(answer(410))).toMatchObject({ kind: 'gone', error: 'ERR_ENDPOINT_GONE' });
  });

  it('keeps the code of what went wrong where none came', () => {
    expect(classifyAnswer(answer(null))).toMatchObject({
      kind: 'failed',
      status: null,
      error: 'ERR_HTTP_REFUSED',
    });
  });
});
