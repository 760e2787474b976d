import { applyTopics } from '@gemini-events/kafka/admin';
import { topicNames } from '@gemini-events/schemas';
import { cpuSeconds, residentMib } from '../cpu.ts';
import { type Bed, makeTopics, removeTopics, withBed } from './bed.ts';
import { fill } from './children.ts';
import { buildJava, type ClassPath, runTool } from './java.ts';
import { peerOutput, type SideName, startSide } from './sides.ts';

interface Spread {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface LatencyResult {
  /** From the broker's acknowledgement of a delivery to its event in the hands of a consumer. */
  readonly fromAck: Spread;
  /** From the call that sends the delivery. */
  readonly fromSend: Spread;
  readonly cores: number;
  readonly residentMib: number;
  /** How late a delivery was sent at most; much of it means that the machine was too busy. */
  readonly sentLateMs: number;
}

export type LatencyResults = ReadonlyMap<SideName, readonly LatencyResult[]>;

export interface LatencyBench {
  readonly sides: readonly SideName[];
  readonly rounds: number;
  readonly perSecond: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly say: (line: string) => void;
}

/** What Latency.java prints at its end. */
interface Measured {
  readonly distinct: number;
  readonly refused: number;
  readonly missing: number;
  readonly twice: number;
  readonly latestMs: number;
  readonly fromAck: Spread | null;
  readonly fromSend: Spread | null;
}

const PARTITIONS = 12;
const PREPARED = 'prepared-deliveries';
/** The budget is against this; a longer interval makes the peer later and hardly cheaper. */
const PEER_COMMIT_MS = 10;

/** Sends the same prepared deliveries through each side at a steady rate, in turns. */
export async function runLatencyBench(options: LatencyBench): Promise<LatencyResults> {
  const { sides, rounds, perSecond, warmUpSeconds, seconds, say } = options;
  const classPath = await buildJava(say);
  return withBed(say, async (bed) => {
    const results = new Map<SideName, LatencyResult[]>(sides.map((name) => [name, []]));
    // Made beforehand by the code of the ingress; one partition, so that they keep their order.
    await makeTopics(bed, { [PREPARED]: 1 });
    const records = perSecond * (warmUpSeconds + seconds);
    await fill({ brokers: bed.brokers, topic: PREPARED, records, seed: 1 });
    // Round 0 is for the broker: for its first minute its compiler takes what the others need, and the
    // peer, which asks more of it, would look worse by an order of magnitude.
    for (let round = 0; round <= rounds; round += 1) {
      for (const name of round % 2 === 1 ? sides : sides.toReversed()) {
        const result = await measure(bed, name, {
          ...options,
          prefix: `latency-${round}-${name}`,
          classPath,
        });
        if (round > 0) results.get(name)?.push(result);
        say(`  ${round === 0 ? 'not counted' : `round ${round}`}, ${name}: ${summary(result)}`);
      }
    }
    return results;
  });
}

async function measure(
  bed: Bed,
  name: SideName,
  options: LatencyBench & { readonly prefix: string; readonly classPath: ClassPath },
): Promise<LatencyResult> {
  const { prefix, classPath, perSecond, warmUpSeconds, seconds } = options;
  await applyTopics(bed.kafka, { prefix, dryRun: false });
  await makeTopics(bed, { [peerOutput(prefix)]: PARTITIONS });
  const side = await startSide(name, bed, { prefix, classPath, commitMs: PEER_COMMIT_MS });
  try {
    await side.ready();
    const looks = new Map<string, { readonly at: number; readonly cpu: number }>();
    const args = [
      bed.brokers,
      PREPARED,
      topicNames(prefix).deliveries,
      side.outputs,
      ...[perSecond, warmUpSeconds, seconds].map(String),
    ];
    const measured = (await runTool(classPath, 'Latency', args, (line) => {
      looks.set(line, { at: performance.now(), cpu: cpuSeconds(side.pid) });
    })) as Measured;
    await side.check();
    const begin = looks.get('measuring');
    const end = looks.get('sent');
    const { fromAck, fromSend, refused, missing, twice } = measured;
    if (begin === undefined || end === undefined || fromAck === null || fromSend === null) {
      throw new Error(`${name}: nothing was measured`);
    }
    if (refused + missing + twice > 0) throw new Error(`${name}: ${JSON.stringify(measured)}`);
    const cores = (end.cpu - begin.cpu) / ((end.at - begin.at) / 1_000);
    return {
      fromAck,
      fromSend,
      cores,
      residentMib: residentMib(side.pid).peak,
      sentLateMs: measured.latestMs,
    };
  } finally {
    await side.stop();
    await removeTopics(bed, prefix);
  }
}

function summary({ fromAck, fromSend, cores, sentLateMs }: LatencyResult): string {
  const told = ({ p50Ms, p99Ms, maxMs }: Spread): string =>
    `p50 ${p50Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)}, max ${maxMs.toFixed(1)} ms`;
  return `from acknowledged ${told(fromAck)}; from sent ${told(fromSend)}; ${cores.toFixed(2)} cores; sent up to ${sentLateMs.toFixed(1)} ms late`;
}
