import { isBridgeError } from '@gemini-events/events';
import { describe, expect, it } from 'vitest';
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
  it.each([
    ['not a url', 'not_a_url'],
    ['', 'not_a_url'],
    ['file:///etc/passwd', 'scheme'],
    ['gs://bucket/object', 'scheme'],
    ['data:text/plain,x', 'scheme'],
    ['ftp://example.com/', 'scheme'],
    ['http://example.com/', 'scheme'],
    ['javascript:alert(1)', 'scheme'],
    ['https://user@example.com/', 'user_info'],
    ['https://user:secret@example.com/', 'user_info'],
    ['https://example.com@127.0.0.1/', 'user_info'],
    ['https://example.com:22/', 'port'],
    ['https://example.com:8443/', 'port'],
    // Every way to write 127.0.0.1 that a URL parser knows.
    ['https://127.0.0.1/', 'address'],
    ['https://2130706433/', 'address'],
    ['https://0x7f000001/', 'address'],
    ['https://0x7f.1/', 'address'],
    ['https://017700000001/', 'address'],
    ['https://0177.0.0.1/', 'address'],
    ['https://127.1/', 'address'],
    ['https://１２７.０.０.１/', 'address'],
    ['https://127.0.0.1./', 'address'],
    ['https://[::1]/', 'address'],
    ['https://[::]/', 'address'],
    ['https://[::ffff:127.0.0.1]/', 'address'],
    ['https://[::127.0.0.1]/', 'address'],
    ['https://[64:ff9b::7f00:1]/', 'address'],
    ['https://[2002:7f00:1::]/', 'address'],
    ['https://169.254.169.254/latest/meta-data/', 'address'],
    ['https://2852039166/', 'address'],
    ['https://168.63.129.16/', 'address'],
    ['https://localhost/', 'local_name'],
    ['https://LOCALHOST./', 'local_name'],
    ['https://a.localhost/', 'local_name'],
    ['https://metadata/', 'local_name'],
    ['https://metadata.google.internal/', 'local_name'],
    ['https://instance-data/', 'local_name'],
    ['https://printer.local/', 'local_name'],
    ['https://intranet/', 'local_name'],
  ])('refuses %s: %s', (url, reason) => {
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
