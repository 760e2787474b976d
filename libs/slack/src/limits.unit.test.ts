import { describe, expect, it } from 'vitest';
import { cut } from './limits.ts';

describe('a text that is cut', () => {
  it.each([
    ['is left as it is where it fits', 'abcde', 5, 'abcde'],
    ['ends with an ellipsis', 'abcdef', 5, 'abcd…'],
    ['keeps characters whole', 'abc😀f', 5, 'abc…'],
    ['keeps entities whole', 'ab&amp;cd', 6, 'ab…'],
    ['keeps an entity that fits', 'ab&amp;cd', 8, 'ab&amp;…'],
    ['keeps links whole', 'a <https://x|y> b', 12, 'a …'],
  ])('%s', (_, text, most, expected) => {
    expect(cut(text, most)).toBe(expected);
  });
});
