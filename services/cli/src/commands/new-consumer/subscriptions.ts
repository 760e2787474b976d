import { KNOWN_TYPES } from '@gemini-events/events';
import { FAMILIES } from '@gemini-events/schemas';
import { InvalidArgumentError } from 'commander';

/** What a consumer may subscribe to: types, whole families, and what this version does not know. */
export const SUBSCRIPTIONS: readonly string[] = [...KNOWN_TYPES, ...FAMILIES, 'unknown'];

/** For commander: `a,b` as it was typed, each once. @throws InvalidArgumentError with all that can be had */
export function parseSubscriptions(list: string): readonly string[] {
  const wanted = [...new Set(list.split(',').map((each) => each.trim()))];
  const wrong = wanted.filter((each) => !SUBSCRIPTIONS.includes(each));
  if (wrong.length === 0) return wanted;
  const all = SUBSCRIPTIONS.map((each) => `\n  ${each}`).join('');
  throw new InvalidArgumentError(`Nothing is called "${wrong.join('", "')}". There are:${all}`);
}

/** A type that a subscription brings: itself, or the first of its family. */
export function typeOf(subscription: string): string {
  return (
    KNOWN_TYPES.find((type) => type === subscription || familyIs(type, subscription)) ?? 'unknown'
  );
}

function familyIs(type: string, family: string): boolean {
  return type.startsWith(`${family}.`);
}
