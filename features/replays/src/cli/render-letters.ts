import { renderColumns } from '@gemini-events/cli-kit';
import type { LetterGroup } from '../dead-letters/choose-letters.ts';
import type { DecidedLetter } from '../dead-letters/letter.ts';
import { placeOf } from '../dead-letters/read-letters.ts';

const LONGEST = 80;

const GROUP_HEAD = 'consumer code fingerprint open redriven discarded first last message'.split(
  ' ',
);

export function renderGroups(groups: readonly LetterGroup[]): string {
  if (groups.length === 0) return 'no dead letters';
  const rows = groups.map((group) => [
    group.consumer,
    group.code,
    group.fingerprint,
    String(group.open),
    String(group.redriven),
    String(group.discarded),
    time(group.firstAt),
    time(group.lastAt),
    short(group.message),
  ]);
  return renderColumns([GROUP_HEAD, ...rows], new Set([3, 4, 5]));
}

const LETTER_HEAD = 'place state event type resource code attempts redrives last message'.split(
  ' ',
);

export function renderLetters(letters: readonly DecidedLetter[]): string {
  if (letters.length === 0) return 'no dead letters';
  const rows = letters.map((letter) => [
    placeOf(letter),
    letter.state,
    letter.eventId,
    letter.type,
    letter.resource,
    letter.code,
    String(letter.attempts),
    String(letter.redrives),
    time(letter.lastFailureAt),
    short(letter.message),
  ]);
  return renderColumns([LETTER_HEAD, ...rows], new Set([6, 7]));
}

function time(at: number): string {
  return new Date(at).toISOString();
}

function short(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ');
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}
