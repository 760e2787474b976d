import { at, listAt, textAt } from '../json/at.ts';
import type { Calls } from './calls.ts';
import { readWithoutResponses } from './read-without-responses.ts';

export interface BatchSearch {
  /** Pages of a hundred that are looked through at most. @default 10 */
  readonly pages?: number;
  /**
   * It cannot be older, in milliseconds since 1970 by Google's clock: where the list turns out to have the
   * newest first, older pages are left alone.
   */
  readonly since?: number;
}

export type FoundBatch =
  | { readonly kind: 'found'; readonly id: string }
  /** All that could be it was looked at. */
  | { readonly kind: 'absent' }
  /** There are more batches than were looked through. */
  | { readonly kind: 'unknown' };

const PAGE_SIZE = 100;
const PAGES = 10;

/** Nothing is promised about the order of the list (contract notes 3.2), so it is watched. */
export async function findBatch(
  calls: Calls,
  displayName: string,
  { pages = PAGES, since = Number.NEGATIVE_INFINITY }: BatchSearch,
  signal: AbortSignal,
): Promise<FoundBatch> {
  let token: string | null = null;
  const order = watchOrder();
  for (let page = 0; page < pages; page += 1) {
    const list = await readPage(calls, token, signal);
    for (const operation of listAt(list, 'operations')) {
      const batch = at(operation, 'metadata');
      const id = textAt(operation, 'name') ?? textAt(batch, 'name');
      if (id !== null && textAt(batch, 'displayName') === displayName) return { kind: 'found', id };
      order.see(Date.parse(textAt(batch, 'createTime') ?? ''));
    }
    token = textAt(list, 'nextPageToken') || null;
    if (token === null || order.isPast(since)) return { kind: 'absent' };
  }
  return { kind: 'unknown' };
}

/** Whether times only fall, and how far they have. One that cannot be read falls nowhere. */
function watchOrder() {
  let last = Number.NaN;
  let hasFallen = false;
  let hasRisen = false;
  return {
    see(time: number): void {
      hasFallen ||= time < last;
      hasRisen ||= Number.isNaN(time) || time > last;
      last = time;
    },
    isPast: (time: number): boolean => hasFallen && !hasRisen && last < time,
  };
}

async function readPage(
  { succeed, credentials, baseUrl, version }: Calls,
  token: string | null,
  signal: AbortSignal,
): Promise<unknown> {
  const query = new URLSearchParams({ pageSize: String(PAGE_SIZE) });
  if (token !== null) query.set('pageToken', token);
  const url = `${baseUrl}/${version}/batches?${query.toString()}`;
  return readWithoutResponses(
    await succeed({ url, credentials: credentials(), signal }),
    'the list of batches',
  );
}
