import type { FeedStatus, PartitionOver, PartitionWork } from '@gemini-events/kafka/feed';
import { createParkedPoller } from './parked-poller.ts';
import { PartitionRunner } from './partition-runner.ts';
import type { Paused } from './pause-gate.ts';
import type { Runtime } from './ports.ts';

/** What feeds the partitions of a consumer, as far as the runtime needs it. */
export interface Feed {
  start(): void;
  status(): FeedStatus;
  resumed(): void;
  stop(): Promise<void>;
}

export type OpenPartition = (partition: number, over: PartitionOver) => Promise<PartitionWork>;

export interface RunningConsumer {
  status(): FeedStatus;
  /** What is paused from now on. Handlers that run are not stopped. */
  setPaused(paused: Paused): void;
  /** Lets running handlers end within the grace, then makes them let go. */
  stop(): Promise<void>;
}

/** A handler that still runs when so much of the end of the process has passed has to let go. */
const GRACE_MS = 8_000;

/** Runs a consumer on what a feed brings and on what is parked. */
export function startConsumer(
  runtime: Runtime,
  createFeed: (open: OpenPartition) => Feed,
): RunningConsumer {
  const runners = new Map<number, PartitionRunner>();
  const poller = createParkedPoller(runtime, runners);

  const open: OpenPartition = async (partition, over) => {
    const blockedKeys = await runtime.parking.blockedKeys(partition);
    const runner = new PartitionRunner(runtime, partition, {
      blockedKeys,
      over,
      onDue: () => poller.nudge(),
    });
    runners.set(partition, runner);
    const forget = (): void => {
      if (runners.get(partition) === runner) runners.delete(partition);
    };
    over.drain.addEventListener('abort', forget, { once: true });
    over.lost.addEventListener('abort', forget, { once: true });
    poller.nudge();
    return runner;
  };
  const feed = createFeed(open);
  feed.start();
  return {
    status: () => feed.status(),
    setPaused(paused) {
      runtime.pauses.set(paused);
      feed.resumed();
      poller.nudge();
    },
    async stop() {
      const all = [...runners.values()];
      const cancel = runtime.clock.after(GRACE_MS, () => {
        for (const runner of all) runner.letGo();
      });
      await poller.stop();
      await feed.stop();
      cancel();
      for (const runner of all) runner.letGo();
      runtime.leases.stop();
    },
  };
}
