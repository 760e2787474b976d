import { randomId } from '../util/ids.ts';

const SUFFIX_LENGTH = 12;
const MAX_LENGTH = 40;

/** Id of a store or of a document: its display name and a random suffix, 40 of `[a-z0-9-]` at most. */
export function storeId(displayName: string): string {
  const slug = displayName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_LENGTH - SUFFIX_LENGTH - 1)
    .replace(/^-|-$/g, '');
  const suffix = randomId(SUFFIX_LENGTH);
  return slug === '' ? suffix : `${slug}-${suffix}`;
}
