import { z } from '@hono/zod-openapi';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCursors, pageOf } from './pages.ts';
import { ApiProblem } from './problems/api-problem.ts';

const cursors = createCursors('things', z.int().min(0));

/** What a cursor is again when its place is written; itself where it is refused. */
function readBack(text: string): string {
  try {
    return cursors.write(cursors.read(text) ?? -1);
  } catch (error) {
    if (error instanceof ApiProblem) return text;
    throw error;
  }
}

describe('a cursor', () => {
  it('leads to the place that it was written for', () => {
    fc.assert(
      fc.property(fc.nat(), (place) => {
        expect(cursors.read(cursors.write(place))).toBe(place);
      }),
    );
    expect(cursors.read(undefined)).toBeNull();
  });

  it('is refused for what it is, whatever somebody makes up', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), (text) => {
        expect(readBack(text)).toBe(text);
      }),
    );
  });
});

describe('pages', () => {
  it('hold everything once, in its order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat()), fc.integer({ min: 1, max: 7 }), (all, limit) => {
        const rows = all.sort((one, other) => one - other);
        const seen: number[] = [];
        let after: number | null = -1;
        while (after !== null) {
          const from: number = after;
          const asked = rows.filter((row) => row > from).slice(0, limit + 1);
          const page = pageOf(asked, limit, {
            render: (row) => row,
            cursor: (row) => cursors.write(row),
          });
          expect(page.data.length).toBeLessThanOrEqual(limit);
          seen.push(...page.data);
          after = page.next === null ? null : cursors.read(page.next);
        }
        expect(seen).toEqual(rows);
      }),
    );
  });
});
