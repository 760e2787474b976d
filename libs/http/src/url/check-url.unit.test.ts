import { isBridgeError } from '@gemini-events/events';
import { describe, expect, it } from 'vitest';
import { REFUSED_URLS } from '../testing/refused-urls.ts';
import { checkUrl } from './check-url.ts';
import type { OutgoingPolicy } from './policy.ts';

const ANY: OutgoingPolicy = { allowedHosts: null };
const LISTED: OutgoingPolicy = {
  allowedHosts: ['files.example.com', '*.storage.example.com'],
  ownOrigins: ['http://127.0.0.1:8090'],
};

function reasonFor(url: string, policy: OutgoingPolicy, mayBeOwn = true): unknown {
  try {
    checkUrl(url, policy, mayBeOwn);
    return null;
  } catch (error) {
    return isBridgeError(error, 'ERR_HTTP_REFUSED') ? error.data['reason'] : error;
  }
}

/** All that an error tells. */
function said(url: string): string {
  try {
    checkUrl(url, ANY);
    return '';
  } catch (error) {
    return JSON.stringify([String(error), (error as { data: unknown }).data]);
  }
}

describe('what the text of a URL shows', () => {
  it.each(REFUSED_URLS)('refuses %s: %s', (url, reason) => {
    expect(reasonFor(url, ANY)).toBe(reason);
  });

  it.each([
    'https://example.com/',
    'https://example.com:443/a?b',
    'https://8.8.8.8/',
    'https://[2a00:1450:4001::1]/',
  ])('lets %s through where any host may be called', (url) => {
    expect(reasonFor(url, ANY)).toBeNull();
  });

  it.each([
    ['https://files.example.com/x', null],
    ['https://FILES.example.com./x', null],
    ['https://a.storage.example.com/x', null],
    ['https://a.b.storage.example.com/x', null],
    ['https://storage.example.com/x', 'host'],
    ['https://evilstorage.example.com/x', 'host'],
    ['https://files.example.com.evil.org/x', 'host'],
    ['https://evil.org/files.example.com', 'host'],
    ['https://evil.org#files.example.com', 'host'],
    ['https://evil.org\\@files.example.com/', 'host'],
  ])('compares whole names with the list: %s is %s', (url, reason) => {
    expect(reasonFor(url, LISTED)).toBe(reason);
  });

  it('lets an origin of the operator be on http, on any port, at a private address', () => {
    expect(reasonFor('http://127.0.0.1:8090/v1beta/files/a', LISTED)).toBeNull();
    expect(reasonFor('http://127.0.0.1:8091/', LISTED)).toBe('scheme');
    expect(reasonFor('https://127.0.0.1:8090/', LISTED)).toBe('address');
    expect(reasonFor('http://user@127.0.0.1:8090/', LISTED)).toBe('user_info');
  });

  it('gives no exemption after a redirect from elsewhere', () => {
    expect(reasonFor('http://127.0.0.1:8090/', LISTED, false)).toBe('scheme');
  });

  it('never repeats path, query or user info in what it says', () => {
    const message = said('http://user:pass@evil.org/secret-path?token=secret');
    expect(message).toContain('evil.org');
    expect(message).not.toMatch(/secret|token|pass/);
  });
});
