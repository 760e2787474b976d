const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** How long, in the greatest unit that it has one of: `3 d`, `12 min`, `40 ms`. @param ms milliseconds */
export function spanText(ms: number): string {
  const [unit, size] = UNITS.find((each) => ms >= each[1]) ?? ['ms', 1];
  return `${Math.floor(Math.max(0, ms) / size)} ${unit}`;
}

/** A time as people and scripts read it; `-` where there is none. @param at milliseconds since 1970 */
export function timeText(at: number | null): string {
  return at === null ? '-' : new Date(at).toISOString();
}
