import { invalid } from './google-error.ts';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | null;
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
