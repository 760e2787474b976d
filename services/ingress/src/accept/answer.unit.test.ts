import { ERROR_CODES } from '@gemini-events/events';
import { describe, expect, it } from 'vitest';
import { answerOf } from './answer.ts';
import { type RefusalReason, refused, unavailable } from './verdict.ts';

const never = (): number => {
  throw new Error('no randomness is needed');
};

const STATUS: Readonly<Record<RefusalReason, number>> = {
  path_unknown: 404,
  method_not_allowed: 405,
  body_too_large: 413,
  headers_missing: 400,
  headers_malformed: 400,
  timestamp_stale: 401,
  signature_wrong: 401,
  too_many_failures: 429,
};
const REASONS = Object.keys(STATUS) as RefusalReason[];

describe('the answer', () => {
  it('to an accepted delivery is 202 without a body', () => {
    const answer = answerOf({ verdict: 'accepted', scheme: 'v1', type: 'other' }, never);
    expect(answer).toEqual({ status: 202, body: '', headers: {} });
  });

  it.each(REASONS)('to a delivery refused as %s has its status and a known code', (reason) => {
    const answer = answerOf(refused(reason), never);
    expect(answer.status).toBe(STATUS[reason]);
    const { code } = JSON.parse(answer.body) as { readonly code: string };
    expect(Object.keys(ERROR_CODES)).toContain(code);
  });

  it('does not tell a wrong signature from a wrong timestamp', () => {
    expect(answerOf(refused('timestamp_stale'), never)).toEqual(
      answerOf(refused('signature_wrong'), never),
    );
  });

  it('to a wrong method names the right one', () => {
    expect(answerOf(refused('method_not_allowed'), never).headers).toEqual({ allow: 'POST' });
  });

  it('to what cannot be stored now is 503 with a spread Retry-After of whole seconds', () => {
    const after = (random: number): string | undefined =>
      answerOf(unavailable('kafka'), () => random).headers['retry-after'];
    expect([after(0), after(0.5), after(0.999)]).toEqual(['1', '3', '5']);
    expect(answerOf(unavailable('overload'), () => 0).status).toBe(503);
  });

  it('has a body by RFC 9457 for every error', () => {
    const body: unknown = JSON.parse(answerOf(refused('path_unknown'), never).body);
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      code: 'ERR_INGRESS_PATH_UNKNOWN',
      detail: 'No webhook is served here.',
    });
  });
});
