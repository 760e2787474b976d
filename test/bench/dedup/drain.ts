import { setTimeout as delay } from 'node:timers/promises';
import { applyTopics } from '@gemini-events/kafka/admin';
import { topicNames } from '@gemini-events/schemas';
import { cpuSeconds, residentMib } from '../cpu.ts';
import { type Bed, makeTopics, removeTopics, withBed } from './bed.ts';
import { fill } from './children.ts';
import { buildJava, type ClassPath, runTool } from './java.ts';
import { peerOutput, type Side, type SideName, startSide } from './sides.ts';

/** What a span of the drain took. */
export interface Span {
  readonly records: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export interface DrainResult {
  /** From the start of the process to the last commit. */
  readonly whole: Span;
  /** From the first commit on. */
  readonly steady: Span;
  /** The second half of the records. */
  readonly warm: Span;
  readonly firstCommitSeconds: number;
  readonly peakMib: number;
}

/** All rounds of each side. */
export type DrainResults = ReadonlyMap<SideName, readonly DrainResult[]>;

export interface DrainBench {
  readonly sides: readonly SideName[];
  readonly rounds: number;
  readonly records: number;
  readonly say: (line: string) => void;
}

const PARTITIONS = 12;
/** Brokers that have just begun are slow; a first, small round is for them and does not count. */
const WARM_UP_RECORDS = 200_000;
const LOOK_EVERY_MS = 50;
const LIMIT_MS = 600_000;
/** What Kafka Streams has for exactly once unless told otherwise. */
const PEER_COMMIT_MS = 100;

/**
 * Lets each side drain the same full topic, in turns. Topics, groups and ids of a round are its own.
 * @throws Error where the output of a side is not every id once
 */
export async function runDrainBench(options: DrainBench): Promise<DrainResults> {
  const { sides, rounds, records, say } = options;
  const classPath = await buildJava(say);
  return withBed(say, async (bed) => {
    const results = new Map<SideName, DrainResult[]>(sides.map((name) => [name, []]));
    for (let round = 0; round <= rounds; round += 1) {
      const count = round === 0 ? WARM_UP_RECORDS : records;
      const prefix = `drain-${round}`;
      await applyTopics(bed.kafka, { prefix, dryRun: false });
      await makeTopics(bed, { [peerOutput(prefix)]: PARTITIONS });
      const topic = topicNames(prefix).deliveries;
      const startedAt = performance.now();
      const { distinct } = await fill({ brokers: bed.brokers, topic, records: count, seed: round });
      const filled = ((performance.now() - startedAt) / 1_000).toFixed(0);
      say(`  round ${round}: ${count} deliveries, ${distinct} ids, written in ${filled} s`);
      // Neither is always the first one to read what was just written.
      for (const name of round % 2 === 1 ? sides : sides.toReversed()) {
        const input = { prefix, classPath, topic, records: count, distinct };
        const result = await drain(bed, name, input);
        if (round > 0) results.get(name)?.push(result);
        say(`  round ${round}, ${name}: ${summary(result)}`);
      }
      await removeTopics(bed, prefix);
    }
    return results;
  });
}

async function drain(
  bed: Bed,
  name: SideName,
  options: {
    readonly prefix: string;
    readonly classPath: ClassPath;
    readonly topic: string;
    readonly records: number;
    readonly distinct: number;
  },
): Promise<DrainResult> {
  const { prefix, classPath, distinct } = options;
  const launchedAt = performance.now();
  const side = await startSide(name, bed, { prefix, classPath, commitMs: PEER_COMMIT_MS });
  let result: DrainResult;
  try {
    result = await watch(bed, side, { ...options, launchedAt });
  } finally {
    await side.stop();
  }
  const args = [bed.brokers, String(distinct), side.outputs];
  const counted = (await runTool(classPath, 'CountEvents', args)) as Record<string, number>;
  if (counted['total'] !== distinct || counted['distinct'] !== distinct) {
    throw new Error(`${name}: ${distinct} ids went in, out came ${JSON.stringify(counted)}`);
  }
  return result;
}

interface Look {
  readonly at: number;
  readonly cpu: number;
  readonly done: number;
}

/** Looks at committed offsets and CPU until all is done. */
async function watch(
  bed: Bed,
  side: Side,
  options: { readonly topic: string; readonly records: number; readonly launchedAt: number },
): Promise<DrainResult> {
  const { topic, records, launchedAt } = options;
  const begin: Look = { at: launchedAt, cpu: 0, done: 0 };
  let first = begin;
  let half = begin;
  let last = begin;
  while (last.done < records) {
    await delay(LOOK_EVERY_MS);
    await side.check();
    if (performance.now() - launchedAt > LIMIT_MS) {
      throw new Error(`${side.name} committed only ${last.done} of ${records} in time`);
    }
    const done = await committed(bed, side.group, topic);
    if (done === null) continue;
    last = { at: performance.now(), cpu: cpuSeconds(side.pid), done };
    if (first.done === 0) first = last;
    if (half.done < records / 2) half = last;
  }
  if (half.done === records) throw new Error('too few records: drained between two looks');
  return {
    whole: between(begin, last),
    steady: between(first, last),
    warm: between(half, last),
    firstCommitSeconds: (first.at - launchedAt) / 1_000,
    peakMib: residentMib(side.pid).peak,
  };
}

/** How many records a group has committed; null while its coordinator is being found. */
async function committed({ admin }: Bed, groupId: string, topic: string): Promise<number | null> {
  const [group] = await admin.fetchOffsets({ groupId, topics: [topic] }).catch(() => [null]);
  if (group === null) return null;
  const offsets = (group?.partitions ?? []).map(({ offset }) => Math.max(0, Number(offset)));
  return offsets.reduce((sum, offset) => sum + offset, 0);
}

function between(from: Look, to: Look): Span {
  return {
    records: to.done - from.done,
    seconds: (to.at - from.at) / 1_000,
    cpuSeconds: to.cpu - from.cpu,
  };
}

function summary({ steady, warm, whole, peakMib, firstCommitSeconds }: DrainResult): string {
  const each = ({ cpuSeconds: seconds, records }: Span): string =>
    ((seconds * 1e6) / records).toFixed(2);
  const perSecond = Math.round(steady.records / steady.seconds);
  return `${perSecond} records/s, us of CPU each: ${each(steady)}, warm ${each(warm)}, with start ${each(whole)}; first commit after ${firstCommitSeconds.toFixed(1)} s; ${Math.round(peakMib)} MiB; every id once`;
}
