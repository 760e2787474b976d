import { z } from '@hono/zod-openapi';
import { baseProblem } from './problems/api-problem.ts';

/** Items of a page. */
export const MOST = 100;
const USUAL = 50;

/** What every list may be asked with. */
export const pageQuery = {
  limit: z.coerce
    .number('has to be a whole number from 1 to 100')
    .int()
    .min(1)
    .max(MOST)
    .default(USUAL)
    .openapi({ type: 'integer', minimum: 1, maximum: MOST, default: USUAL }),
  cursor: z
    .string()
    .max(300)
    .optional()
    .openapi({ description: 'The `next` of the page before; without it the first page.' }),
};

/** An answer with a list. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    data: z.array(item),
    next: z
      .string()
      .nullable()
      .openapi({ description: 'The `cursor` of the next page; null: this is the last one.' }),
  });
}

/** How places in one kind of list are written, so that a cursor fits no other list. */
export interface Cursors<Place> {
  /** @throws ApiProblem invalid_cursor */
  read(text: string | undefined): Place | null;
  write(place: Place): string;
}

export function createCursors<Place>(kind: string, schema: z.ZodType<Place>): Cursors<Place> {
  const whole = z.tuple([z.literal(kind), schema]);
  const write = (place: Place): string =>
    Buffer.from(JSON.stringify([kind, place])).toString('base64url');
  return {
    write,
    read(text) {
      if (text === undefined) return null;
      const result = whole.safeParse(parse(Buffer.from(text, 'base64url').toString()));
      // Base64 can be written in several ways: only one of them is ours.
      if (!result.success || write(result.data[1]) !== text) throw baseProblem('invalid_cursor');
      return result.data[1];
    },
  };
}

/** Cuts a page out of one row more than was asked for. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  how: { readonly render: (row: Row) => Item; readonly cursor: (row: Row) => string },
): { data: Item[]; next: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const next = rows.length > limit && last !== undefined ? how.cursor(last) : null;
  return { data: page.map(how.render), next };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
