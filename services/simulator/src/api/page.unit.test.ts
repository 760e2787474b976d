import { describe, expect, it } from 'vitest';
import { GoogleError } from './google-error.ts';
import { pageOf } from './page.ts';

const LIMITS = { usual: 3, most: 5 };
const seven = [1, 2, 3, 4, 5, 6, 7];
const page = (size?: string, token?: string) => pageOf(seven, { size, token }, LIMITS);

describe('paging', () => {
  it('shows every item once when its tokens are followed', () => {
    const seen: number[] = [];
    let token: string | undefined;
    do {
      const { items, nextToken } = page('2', token);
      expect(items.length).toBeLessThanOrEqual(2);
      seen.push(...items);
      token = nextToken ?? undefined;
    } while (token !== undefined);
    expect(seen).toEqual(seven);
  });

  it('gives no token on a page that ends with the last item', () => {
    expect(pageOf([1, 2, 3], { size: '3', token: undefined }, LIMITS)).toEqual({
      items: [1, 2, 3],
      nextToken: null,
    });
  });

  it('takes its usual size where none is given, and never more than the most', () => {
    expect(page().items).toHaveLength(3);
    expect(page('0').items).toHaveLength(3);
    expect(page('1000').items).toHaveLength(5);
  });

  it('is empty behind the end', () => {
    expect(page('2', '50')).toEqual({ items: [], nextToken: null });
  });

  it.each([
    ['2', 'abc'],
    ['2', '-1'],
    ['2', '1.5'],
    ['-1', undefined],
    ['1.5', undefined],
  ])('refuses size %s with token %s', (size, token) => {
    expect(() => page(size, token)).toThrow(GoogleError);
  });
});
