import { describe, expect, it } from 'vitest';
import { isHttp, isLoopback } from './delivery-uri.ts';

describe('the URI of a webhook', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.9.8.7:8080/hook',
    'https://localhost/hook',
    'http://[::1]:80/',
    'http://2130706433/',
    'http://0x7f.1/',
  ])('is on this machine: %s', (uri) => {
    expect(isLoopback(uri)).toBe(true);
  });

  it.each([
    'http://127.0.0.1.example.com/',
    'http://localhost.example.com/',
    'http://10.0.0.1/',
    'http://169.254.169.254/',
    'http://[::2]/',
    'http://127.0.0.1@example.com/',
    'ftp://127.0.0.1/',
    'file:///127.0.0.1',
    '127.0.0.1',
    '',
  ])('is not on this machine: %s', (uri) => {
    expect(isLoopback(uri)).toBe(false);
  });

  it('can be posted to by http and https only', () => {
    expect(['http://a/', 'https://a/', 'ws://a/', 'mailto:a@b', 'a'].map(isHttp)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
