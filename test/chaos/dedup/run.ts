import { setTimeout as delay } from 'node:timers/promises';
import { transactionState } from '@gemini-events/kafka/transaction-state';
import { createRandom, type Random } from '../random.ts';
import { type DedupBed, openDedupBed } from './bed.ts';
import { FAULTS, type Fault, LONG_FAULT, planFaults } from './faults/plan-faults.ts';
import type { Struck } from './faults/scene.ts';
import { strike } from './faults/strike.ts';
import { type Load, startLoad } from './load.ts';
import { type PlannedDelivery, planDeliveries } from './plan-deliveries.ts';
import { startReader } from './read-all.ts';
import { hasNoLag, untilTrue } from './settle.ts';
import { type RunSummary, summarize } from './summary.ts';
import { readTransactionLog } from './verify/transaction-log.ts';
import { verify } from './verify/verify.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly deliveries: number;
  /** How often an id is sent again at most. */
  readonly mostRepeats: number;
  readonly perSecond: number;
  readonly instances: number;
  /** In an open transaction, on top of the faults of any kind. */
  readonly kills: number;
  readonly faults: number;
  /** Kinds of the faults; empty: all. */
  readonly only: readonly string[];
  /** The broker away for six minutes, at the end. */
  readonly isLong: boolean;
  readonly say: (line: string) => void;
}

const ODD_SHARE = 0.005;

/**
 * Load through a real ingress, faults on real dedup processes and a real broker, then verifiers that
 * share no code with dedup. @returns what was wrong
 */
export async function runDedupChaos(options: ChaosOptions): Promise<RunSummary> {
  const { say, seed } = options;
  const startedAt = Date.now();
  const random = createRandom(seed);
  const run = random.int(0, 0xff_ffff).toString(36);
  const planned = planDeliveries(options.deliveries, options.mostRepeats, run, random, ODD_SHARE);
  const kinds = FAULTS.filter((kind) => options.only.length === 0 || options.only.includes(kind));
  if (kinds.length === 0) throw new Error(`the faults are: ${FAULTS.join(', ')}`);
  const sudden = planFaults(options.kills, options.faults, random, kinds);
  const faults: readonly Fault[] = options.isLong ? [...sudden, LONG_FAULT] : sudden;
  const bed = await openDedupBed(options.instances);
  const { brokers, topics, fleet } = bed;
  const live = await startReader(brokers, [...topics.events, topics.quarantine]);
  try {
    const loadBeganAt = Date.now();
    const { load, struck } = await disturb(bed, planned, faults, { ...options, random });
    const loadSeconds = (Date.now() - loadBeganAt) / 1_000;
    say(
      `  ${load.accepted()} accepted in ${Math.round(loadSeconds)} s, ${load.acknowledged.size} distinct ids`,
    );
    await untilTrue('dedup has read everything', () =>
      hasNoLag(brokers, bed.groupId, topics.deliveries),
    );
    await fleet.endAll();
    const verdict = await verify(bed, planned, load, live);
    const broken = [...struck.flatMap((each) => each.broken ?? []), ...verdict.faults];
    if (broken.length > 0) keep(bed, say);
    return summarize({
      seed,
      faults,
      struck,
      verdict: { ...verdict, faults: broken },
      loadSeconds,
      seconds: (Date.now() - startedAt) / 1_000,
    });
  } catch (error) {
    say(`  ${await openTransactions(bed)}`);
    keep(bed, say);
    throw error;
  } finally {
    await live.stop();
    await bed.end();
  }
}

/**
 * Why dedup may not come to an end: it waits for open transactions. The coordinator may call a
 * transaction ended whose markers it never wrote: Kafka 4.2 and 4.3 drop the markers of a partition that
 * has no leader for a moment, as after a restart of the only broker (KAFKA-20734).
 */
async function openTransactions({ topics, logDir, fleet, cluster }: DedupBed): Promise<string> {
  const { open } = readTransactionLog(logDir, [...topics.events, topics.quarantine]);
  const states = fleet.names().map(async (name) => {
    const id = fleet.transactionalId(name);
    return `${name} ${await transactionState(cluster, id).catch(String)}`;
  });
  return `${open.size} records in open transactions; the coordinator says: ${(await Promise.all(states)).join(', ')}`;
}

function keep(bed: DedupBed, say: (line: string) => void): void {
  bed.keepDir();
  say(`  logs and data are kept in ${bed.dir}`);
}

/**
 * The faults, one after the other, spread over the load by its progress: each has an equal part of the
 * deliveries. A load that comes near the end of its part slows down until the fault is over, so that
 * however fast it is, it lasts as long as the faults.
 */
async function disturb(
  bed: DedupBed,
  planned: readonly PlannedDelivery[],
  faults: readonly Fault[],
  { perSecond, say, random }: ChaosOptions & { readonly random: Random },
): Promise<{ readonly load: Load; readonly struck: readonly Struck[] }> {
  const part = planned.length / (faults.length + 0.5);
  let slowFrom = Number.POSITIVE_INFINITY;
  const load = startLoad({
    url: bed.url,
    secret: bed.secret,
    deliveries: planned,
    perSecond,
    slowFrom: () => slowFrom,
  });
  const struck: Struck[] = [];
  try {
    for (const [at, fault] of faults.entries()) {
      const mark = part * (at + 0.5);
      while (load.begun() < mark) await delay(20);
      slowFrom = mark + part * 0.75;
      const done = await strike(fault, { ...bed, random });
      slowFrom = Number.POSITIVE_INFINITY;
      struck.push(done);
      say(`  ${at + 1}. at ${load.accepted()} accepted: ${done.text}`);
    }
    await load.done;
  } finally {
    load.stop();
  }
  return { load, struck };
}
