import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const ISO = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * For commander: a moment as `2026-11-25`, `2026-11-25T12:00Z`, or an age as `90m`, `24h`, `7d`. Without
 * a zone it is UTC.
 * @returns milliseconds since 1970
 * @throws InvalidArgumentError
 */
export function parseMoment(text: string): number {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined)
    return Date.now() - Number(count) * (UNITS[unit] ?? 0);
  if (ISO.test(text)) {
    const hasZone = /(?:Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes('T');
    const at = Date.parse(hasZone ? text : `${text}Z`);
    if (!Number.isNaN(at)) return at;
  }
  throw new InvalidArgumentError('A time is 90m, 24h or 7d ago, or like 2026-11-25T12:00Z.');
}

/** For commander: an option that may be given several times. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** For commander: how many, at least one. @throws InvalidArgumentError */
export function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number from 1 on.');
}

/** For commander. @throws InvalidArgumentError */
export function parseLabel(
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('A label is name=value.');
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}

/** For commander: dollars. @throws InvalidArgumentError */
export function parseAmount(text: string): number {
  if (/^\d{1,9}(?:\.\d{1,6})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is an amount such as 5 or 0.50.');
}
