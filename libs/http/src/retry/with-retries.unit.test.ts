import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../client/http-client.ts';
import { retryAfterMs } from './retry-after.ts';
import { withRetries } from './with-retries.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const signal = new AbortController().signal;
const options = { attempts: 3, baseMs: 1, mostMs: 50, signal, now: () => NOW };
const answer = (status: number, headers: HttpAnswer['headers'] = {}): HttpAnswer => ({
  status,
  headers,
  body: Readable.from([]),
});
const calls = (...given: readonly (HttpAnswer | Error)[]) => {
  const left = [...given];
  return {
    left,
    call: async () => {
      const next = left.shift() ?? answer(200);
      if (next instanceof Error) throw next;
      return next;
    },
  };
};

describe('calls that are repeated', () => {
  it.each([408, 429, 500, 503])('repeats after %d', async (status) => {
    const { call } = calls(answer(status), answer(200));
    expect((await withRetries(call, () => true, options)).status).toBe(200);
  });

  it.each([200, 400, 403, 404])('hands out %d as it is', async (status) => {
    const { call, left } = calls(answer(status), answer(201));
    expect((await withRetries(call, () => true, options)).status).toBe(status);
    expect(left).toHaveLength(1);
  });

  it('repeats after an error that may pass, and no other', async () => {
    const { call } = calls(new Error('broken'), answer(200));
    expect((await withRetries(call, () => true, options)).status).toBe(200);
    const other = calls(new Error('final'), answer(200));
    await expect(withRetries(other.call, () => false, options)).rejects.toThrow('final');
  });

  it('hands out the last answer, and the last error', async () => {
    const bad = answer(500);
    expect(
      (await withRetries(calls(bad, bad, bad, answer(200)).call, () => true, options)).status,
    ).toBe(500);
    const error = new Error('still');
    await expect(withRetries(calls(error, error, error).call, () => true, options)).rejects.toThrow(
      'still',
    );
  });

  it('does not wait longer than allowed for what Retry-After asks', async () => {
    const { call, left } = calls(answer(429, { 'retry-after': '60' }), answer(200));
    expect((await withRetries(call, () => true, options)).status).toBe(429);
    expect(left).toHaveLength(1);
  });
});

describe('Retry-After', () => {
  it.each<[string | undefined, number | null]>([
    ['0', 0],
    ['120', 120_000],
    [' 3 ', 3_000],
    ['999999999', 24 * 3_600_000],
    ['Wed, 25 Nov 2026 12:00:10 GMT', 10_000],
    ['Wed, 25 Nov 2026 11:00:00 GMT', 0],
    ['-1', null],
    ['1.5', null],
    ['2026', 2_026_000],
    ['soon', null],
    ['', null],
    [undefined, null],
  ])('reads %j as %j ms', (header, milliseconds) => {
    expect(retryAfterMs(header, NOW)).toBe(milliseconds);
  });
});
