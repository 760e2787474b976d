import type { PartitionRunner } from './partition-runner.ts';
import type { Runtime } from './ports.ts';

const EVERY_MS = 500;
const AT_ONCE = 256;

/** Looks for parked records that are due, in the partitions that this process has. */
export interface ParkedPoller {
  /** There may be something new: looks soon. */
  nudge(): void;
  /** Resolves when no look is under way. */
  idle(): Promise<void>;
  readonly isIdle: boolean;
  /** Resolves when no look is under way any more. */
  stop(): Promise<void>;
}

export function createParkedPoller(
  { parking, clock, events, pauses }: Runtime,
  runners: ReadonlyMap<number, PartitionRunner>,
): ParkedPoller {
  let isStopped = false;
  let isNudged = false;
  let looking: Promise<void> | null = null;
  let cancel = (): void => undefined;

  const look = async (): Promise<void> => {
    const partitions = [...runners.values()]
      .filter(({ isDraining, partition }) => !isDraining && !pauses.isPaused(partition))
      .map(({ partition }) => partition);
    if (partitions.length === 0) return;
    for (const parked of await parking.due(partitions, AT_ONCE)) {
      const runner = runners.get(parked.record.partition);
      if (runner === undefined || runner.isDraining) continue;
      if (!runner.isRunning(parked.record.key)) await runner.retry(parked);
    }
  };
  const begin = (): void => {
    cancel();
    if (looking !== null) {
      isNudged = true;
      return;
    }
    isNudged = false;
    looking = look()
      .catch((error) => events.blocked('parking', error))
      .then(() => {
        looking = null;
        if (isStopped) return;
        if (isNudged) begin();
        else cancel = clock.after(EVERY_MS, begin);
      });
  };
  begin();
  return {
    nudge() {
      if (!isStopped) begin();
    },
    async idle() {
      await looking;
    },
    get isIdle() {
      return looking === null;
    },
    async stop() {
      isStopped = true;
      cancel();
      await looking;
    },
  };
}
