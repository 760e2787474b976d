import type { DecidedLetter, LetterState } from './letter.ts';
import { placeOf } from './read-letters.ts';

/** Which letters; what is null asks for nothing, all else has to hold together. */
export interface LetterFilter {
  readonly code: string | null;
  readonly fingerprint: string | null;
  readonly type: string | null;
  readonly resource: string | null;
  readonly eventId: string | null;
  /** `partition/offset`, as `dlq show` has it. */
  readonly place: string | null;
  /** By the time of the last failure, milliseconds since 1970. */
  readonly since: number | null;
  readonly until: number | null;
  readonly states: readonly LetterState[];
}

export function chooseLetters<Each extends DecidedLetter>(
  letters: readonly Each[],
  filter: LetterFilter,
): readonly Each[] {
  const { code, fingerprint, type, resource, eventId, place, since, until, states } = filter;
  const is = (wanted: string | null, found: string): boolean => wanted === null || wanted === found;
  return letters.filter(
    (letter) =>
      states.includes(letter.state) &&
      is(code, letter.code) &&
      is(fingerprint, letter.fingerprint) &&
      is(type, letter.type) &&
      is(resource, letter.resource) &&
      is(eventId, letter.eventId) &&
      is(place, placeOf(letter)) &&
      letter.lastFailureAt >= (since ?? 0) &&
      letter.lastFailureAt < (until ?? Infinity),
  );
}

/** Dead letters of one cause. */
export interface LetterGroup {
  readonly consumer: string;
  readonly code: string;
  readonly fingerprint: string;
  readonly open: number;
  readonly redriven: number;
  readonly discarded: number;
  /** Milliseconds since 1970. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Message of the last one. */
  readonly message: string;
}

/** By consumer, code and fingerprint; the group with the most open ones first. */
export function groupLetters(letters: readonly DecidedLetter[]): readonly LetterGroup[] {
  const groups = Map.groupBy(letters, ({ consumer, code, fingerprint }) =>
    JSON.stringify([consumer, code, fingerprint]),
  );
  return [...groups.values()]
    .map((group): LetterGroup => {
      const last = group.reduce((a, b) => (b.lastFailureAt >= a.lastFailureAt ? b : a));
      const count = (state: LetterState): number =>
        group.filter((letter) => letter.state === state).length;
      return {
        consumer: last.consumer,
        code: last.code,
        fingerprint: last.fingerprint,
        open: count('open'),
        redriven: count('redriven'),
        discarded: count('discarded'),
        firstAt: Math.min(...group.map(({ firstFailureAt }) => firstFailureAt)),
        lastAt: last.lastFailureAt,
        message: last.message,
      };
    })
    .sort((a, b) => b.open - a.open || b.lastAt - a.lastAt);
}
