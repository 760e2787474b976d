import { describe, expect, it } from 'vitest';
import { readRange } from './read-range.ts';

describe('reading a Range header (RFC 9110, 14.2)', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 1 }],
    ['bytes=0-99', { start: 0, end: 100 }],
    ['bytes=10-', { start: 10, end: 100 }],
    ['bytes=90-500', { start: 90, end: 100 }],
    ['bytes=-5', { start: 95, end: 100 }],
    ['bytes=-500', { start: 0, end: 100 }],
    ['Bytes=1-2', { start: 1, end: 3 }],
  ])('takes %s of 100 bytes', (header, range) => {
    expect(readRange(header, 100)).toEqual(range);
  });

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=-0'])(
    'cannot satisfy %s of 100 bytes',
    (header) => {
      expect(readRange(header, 100)).toBe('unsatisfiable');
    },
  );

  it.each([
    undefined,
    '',
    'bytes=',
    'bytes=-',
    'bytes=5-3',
    'bytes=200-100',
    'bytes=0-1,5-6',
    'items=0-5',
    'bytes=a-b',
    'bytes= 0-5',
  ])('ignores %s, so the whole file is sent', (header) => {
    expect(readRange(header, 100)).toBeNull();
  });
});
