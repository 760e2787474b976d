import { expect, it } from 'vitest';
import { parseCount, parseMoment } from './option-values.ts';

it.each([
  ['2026-11-25', '2026-11-25T00:00:00.000Z'],
  ['2026-11-25T12:30', '2026-11-25T12:30:00.000Z'],
  ['2026-11-25T12:30Z', '2026-11-25T12:30:00.000Z'],
  ['2026-11-25T12:30:05.250+02:00', '2026-11-25T10:30:05.250Z'],
])('%s is a moment, in UTC where nothing else is said', (text, iso) => {
  expect(new Date(parseMoment(text)).toISOString()).toBe(iso);
});

it.each([
  ['45s', 45],
  ['90m', 5_400],
  ['24h', 86_400],
  ['7d', 604_800],
])('%s is so long ago', (text, seconds) => {
  const ago = (Date.now() - parseMoment(text)) / 1_000;
  expect(Math.abs(ago - seconds)).toBeLessThan(2);
});

it.each(['', 'yesterday', '7', '7w', '2026-13-01', '2026-11-25 12:00', '-1h'])(
  '%j is no moment',
  (text) => {
    expect(() => parseMoment(text)).toThrow('A time is');
  },
);

it('a count begins at one', () => {
  expect(parseCount('12')).toBe(12);
  for (const text of ['0', '-1', '1.5', 'x', ''])
    expect(() => parseCount(text)).toThrow('from 1 on');
});
