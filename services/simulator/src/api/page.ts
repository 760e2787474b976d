import type { Context } from 'hono';
import { invalid } from './google-error.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | null;
}

/** The page that a call asks for, in either spelling. */
export function askedPage(context: Context): {
  readonly size: string | undefined;
  readonly token: string | undefined;
} {
  return {
    size: context.req.query('pageSize') ?? context.req.query('page_size'),
    token: context.req.query('pageToken') ?? context.req.query('page_token'),
  };
}

/** One page of a list; the token is the number of items before it. */
export function pageOf<Item>(
  all: Iterable<Item>,
  asked: { readonly size: string | undefined; readonly token: string | undefined },
  limits: { readonly usual: number; readonly most: number },
): Page<Item> {
  const skip = asked.token ? Number(asked.token) : 0;
  const size = asked.size
    ? Math.min(Number(asked.size) || limits.usual, limits.most)
    : limits.usual;
  if (!Number.isSafeInteger(skip) || skip < 0) throw invalid('Invalid page token.');
  if (!Number.isSafeInteger(size) || size < 1) throw invalid('Invalid page size.');
  const items: Item[] = [];
  let index = 0;
  for (const item of all) {
    if (items.length === size) return { items, nextToken: String(skip + size) };
    if (index >= skip) items.push(item);
    index += 1;
  }
  return { items, nextToken: null };
}
