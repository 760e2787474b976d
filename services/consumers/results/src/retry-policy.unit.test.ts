import { BridgeError, type ErrorCode } from '@gemini-events/events';
import { describe, expect, it } from 'vitest';
import { decideRetry } from './retry-policy.ts';

const decide = (error: unknown, attempt = 1, random = 0.5) =>
  decideRetry(error, { attempt, maxAttempts: 6, firstWaitMs: 1_000, random: () => random });
const error = (code: ErrorCode, data = {}) => new BridgeError(code, 'x', { data });

describe('a failed try', () => {
  it.each([
    'ERR_RESULT_NOT_FOUND',
    'ERR_RESULT_POINTER',
    'ERR_RESULT_TOO_LARGE',
    'ERR_GEMINI_REFUSED',
    'ERR_JOB_FOREIGN',
    'ERR_SCHEMA_UNKNOWN',
  ] as const)('with %s is final at once', (code) => {
    expect(decide(error(code))).toEqual({ kind: 'dead-letter' });
  });

  it.each([
    error('ERR_GEMINI_UNAVAILABLE'),
    error('ERR_RESULT_LENGTH'),
    error('ERR_RESULT_NOT_READY'),
    error('ERR_RESULT_STORE'),
    new Error('who knows'),
  ])('with %s is repeated up to the last attempt', (failure) => {
    expect(decide(failure, 5)).toMatchObject({ kind: 'again' });
    expect(decide(failure, 6)).toEqual({ kind: 'dead-letter' });
  });

  it.each(['ERR_KAFKA_UNAVAILABLE', 'ERR_REGISTRY_UNAVAILABLE', 'ERR_SCHEMA_MISSING'] as const)(
    'with %s blames no event, however often it comes',
    (code) => {
      expect(decide(error(code), 99)).toEqual({ kind: 'blocked' });
    },
  );

  it('is repeated after doubling waits with jitter, 30 s at most', () => {
    const failure = error('ERR_GEMINI_UNAVAILABLE');
    expect(decide(failure, 1, 0)).toEqual({ kind: 'again', waitMs: 500 });
    expect(decide(failure, 3, 0)).toEqual({ kind: 'again', waitMs: 2_000 });
    const late = { attempt: 20, maxAttempts: 100, firstWaitMs: 1_000, random: () => 1 };
    expect(decideRetry(failure, late)).toEqual({ kind: 'again', waitMs: 30_000 });
  });

  it('is not repeated before the server asked for it, within reason', () => {
    const asked = (retryAfterMs: number) =>
      decide(error('ERR_GEMINI_UNAVAILABLE', { retryAfterMs }));
    expect(asked(7_000)).toEqual({ kind: 'again', waitMs: 7_000 });
    expect(asked(1)).toEqual({ kind: 'again', waitMs: 750 });
    expect(asked(86_400_000)).toEqual({ kind: 'again', waitMs: 120_000 });
  });
});
