import { setTimeout as delay } from 'node:timers/promises';
import type { StartConfig } from '@gemini-events/cli-kit/config';
import { Cluster } from '@gemini-events/kafka/cluster';
import { connectionFrom } from '@gemini-events/kafka/connection';
import { type ConsumerProgress, progressIn, untilCaughtUp } from './consumer-progress.ts';
import type { RunCounts } from './counts.ts';
import { sumOf } from './read-metrics.ts';
import { talliesOf } from './report.ts';
import type { Services } from './services.ts';
import { createSimulatorClient, type RunSnapshot } from './simulator-client.ts';
import type { LiveBlock } from './table.ts';
import { watchTopics } from './topic-watch.ts';

export const CLIENT_ID = 'gemini-events-start';

const POLL_MS = 250;
const CATCH_UP_LIMIT_MS = 20_000;

/** What the services' own counters say: dropped by dedup, settled by the results consumer. */
interface ServiceCounts {
  readonly duplicates: number;
  /** Records that dedup decided about. */
  readonly decided: number;
  /** Events that the results consumer is through with. */
  readonly settled: number;
}

/**
 * Has the simulator run its jobs and follows them through the bridge until every delivery and every
 * event is settled. The counts come from three sides that know nothing of each other: the simulator's
 * HTTP attempts, the topics as a read_committed reader sees them, and the services' metrics.
 */
export async function watchRun(
  config: StartConfig,
  services: Services,
  options: {
    readonly signal: AbortSignal;
    readonly limitMs: number;
    readonly block: LiveBlock;
  },
): Promise<{
  readonly counts: RunCounts;
  readonly isThrough: boolean;
  /** Of the consumers on the runtime, since they started. */
  readonly consumers: readonly ConsumerProgress[];
}> {
  const { signal, block } = options;
  const { admin, simulatorUrl } = services.addresses;
  const cluster = new Cluster(connectionFrom(config, CLIENT_ID));
  const read = async (): Promise<ServiceCounts> => readServices(admin);
  try {
    const before = await untilIdle(read, signal);
    const topics = await watchTopics(cluster, config.TOPIC_PREFIX, signal);
    const simulator = createSimulatorClient(simulatorUrl);
    const runId = await simulator.startRun();
    const end = Date.now() + options.limitMs;
    for (;;) {
      signal.throwIfAborted();
      const [snapshot, now] = await Promise.all([simulator.snapshot(runId), read()]);
      const ids = new Set(await simulator.acceptedIds(runId));
      const seen = topics.count(ids);
      const counts: RunCounts = {
        delivered: snapshot.delivered,
        accepted: snapshot.accepted,
        refused: snapshot.refused,
        duplicates: now.duplicates - before.duplicates,
        quarantined: seen.quarantined,
        events: seen.events,
        results: seen.results,
      };
      const isThrough = isSettled(snapshot, counts, {
        decided: now.decided - before.decided,
        settled: now.settled - before.settled,
        toSettle: seen.events - seen.unknown,
      });
      const isLate = Date.now() > end;
      if (isThrough || isLate) {
        block.finish();
        await topics.stop();
        const consumers = await untilCaughtUp(() => readConsumers(admin), {
          limitMs: CATCH_UP_LIMIT_MS,
          signal,
        });
        return { counts, isThrough, consumers };
      }
      block.draw(talliesOf(counts).join('\n'));
      await delay(POLL_MS, undefined, { signal });
    }
  } finally {
    await cluster.close();
  }
}

/** Whether nothing of a run is on its way any more. What is missing then will not come. */
export function isSettled(
  snapshot: RunSnapshot,
  counts: RunCounts,
  bridge: { readonly decided: number; readonly settled: number; readonly toSettle: number },
): boolean {
  return (
    snapshot.done &&
    bridge.decided >= snapshot.accepted &&
    counts.events + counts.quarantined + counts.duplicates >= snapshot.accepted &&
    bridge.settled >= bridge.toSettle
  );
}

async function readServices(admin: Services['addresses']['admin']): Promise<ServiceCounts> {
  const [dedup, results] = await Promise.all([
    metricsAt(admin['dedup']),
    metricsAt(admin['results']),
  ]);
  const records = 'gemini_events_dedup_records_total';
  return {
    duplicates: sumOf(dedup, records, { outcome: 'duplicate' }),
    decided: sumOf(dedup, records),
    settled: progressIn('results', results)?.handled ?? 0,
  };
}

async function readConsumers(
  admin: Services['addresses']['admin'],
): Promise<readonly ConsumerProgress[]> {
  const all = Object.entries(admin).map(async ([name, url]) =>
    progressIn(name, await metricsAt(url)),
  );
  return (await Promise.all(all)).filter((progress) => progress !== null);
}

async function metricsAt(url: string | undefined): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

/** An earlier start may have left work behind: the counts begin when it is done. */
async function untilIdle(
  read: () => Promise<ServiceCounts>,
  signal: AbortSignal,
): Promise<ServiceCounts> {
  for (let last = await read(); ; ) {
    await delay(2 * POLL_MS, undefined, { signal });
    const now = await read();
    if (now.decided === last.decided && now.settled === last.settled) return now;
    last = now;
  }
}
