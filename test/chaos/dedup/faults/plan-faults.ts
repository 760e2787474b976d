import type { Random } from '../../random.ts';

/** What can be done to the bridge while it works. */
export const FAULTS = [
  'kill in an open transaction',
  'kill',
  'stop past the session timeout',
  'end in order',
  'scale out and in',
  'kill the broker',
  'hold back a commit answer',
  'hold back a commit',
] as const;
/** Takes minutes, so it is never planned, only asked for. */
export const LONG_FAULT = 'broker away for six minutes';
export type Fault = (typeof FAULTS)[number] | typeof LONG_FAULT;

/**
 * So many kills in an open transaction, and so many faults of any of the kinds, all of these equally
 * often, shuffled.
 */
export function planFaults(
  kills: number,
  others: number,
  random: Random,
  allowed: readonly Fault[] = FAULTS,
): Fault[] {
  const faults: Fault[] = Array.from({ length: kills }, () => FAULTS[0]);
  let kinds: readonly Fault[] = [];
  for (let left = others; left > 0; left -= 1) {
    if (kinds.length === 0) kinds = shuffled(allowed, random);
    const [kind = 'kill', ...rest] = kinds;
    faults.push(kind);
    kinds = rest;
  }
  return shuffled(faults, random);
}

function shuffled<Each>(items: readonly Each[], random: Random): Each[] {
  const left = [...items];
  return items.map(() => left.splice(random.int(0, left.length - 1), 1)[0] as Each);
}
