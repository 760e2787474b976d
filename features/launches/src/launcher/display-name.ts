import { hash } from 'node:crypto';

/** Nothing is said about a limit; the Files API has 512 characters for its own. */
const MOST_CHARACTERS = 100;

/** A name by which the batch of a call is found in the list: the one that was given, and one of its key. */
export function findableName(displayName: string, key: string): string {
  const given = displayName.slice(0, MOST_CHARACTERS).toWellFormed();
  return `${given} ${hash('sha256', key).slice(0, 16)}`;
}
