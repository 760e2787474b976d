import type { Pause } from '../store/pauses/pauses.ts';
import type { Clock } from './clock.ts';
import type { Paused } from './pause-gate.ts';
import { pause } from './persist.ts';

const EVERY_MS = 2_000;

/** What the pauses of one consumer come to. */
export function pausedBy(pauses: readonly Pause[]): Paused {
  const partitions = new Set<number>();
  for (const { partition } of pauses) {
    if (partition === null) return 'all';
    partitions.add(partition);
  }
  return partitions;
}

/**
 * Looks again and again at what is paused, until the signal is aborted. While that cannot be read, what
 * was paused last stays paused, and nothing else is.
 */
export async function followPauses(
  first: readonly Pause[],
  options: {
    readonly list: () => Promise<readonly Pause[]>;
    readonly setPaused: (paused: Paused) => void;
    /** A pause that is new, or that has ended. */
    readonly onChange: (pause: Pause, isPaused: boolean) => void;
    readonly onFailure: (error: unknown) => void;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { list, setPaused, onChange, onFailure, clock, signal } = options;
  let known: readonly Pause[] = [];
  const tell = (pauses: readonly Pause[]): boolean => {
    const added = pauses.filter((each) => !known.some((other) => isSame(each, other)));
    const ended = known.filter((each) => !pauses.some((other) => isSame(each, other)));
    for (const each of ended) onChange(each, false);
    for (const each of added) onChange(each, true);
    known = pauses;
    return added.length + ended.length > 0;
  };
  tell(first);
  for (;;) {
    await pause(clock, EVERY_MS, signal);
    if (signal.aborted) return;
    try {
      if (tell(await list())) setPaused(pausedBy(known));
    } catch (error) {
      onFailure(error);
    }
  }
}

function isSame(one: Pause, other: Pause): boolean {
  return one.partition === other.partition && one.at === other.at;
}
