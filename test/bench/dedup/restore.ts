import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { applyTopics } from '@gemini-events/kafka/admin';
import { TOPICS, topicNames } from '@gemini-events/schemas';
import { launchService, type ServiceProcess } from '../../kit/service.ts';
import { cpuSeconds, residentMib } from '../cpu.ts';
import { type Bed, removeTopics, untilTrue, withBed } from './bed.ts';
import { fillChangelog } from './children.ts';
import { publishAll } from './publish.ts';
import { createRecords } from './records.ts';
import { dedupGroup, oursEnv } from './sides.ts';

interface RestoreResult {
  /** From the start of the process until it says that it is ready. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** When it is ready. */
  readonly residentMib: number;
  readonly peakMib: number;
}

/** All rounds, by the number of ids that a changelog record holds. */
export type RestoreResults = ReadonlyMap<number, readonly RestoreResult[]>;

export interface RestoreBench {
  readonly ids: number;
  readonly rounds: number;
  readonly recordsPerBatch: number;
  readonly say: (line: string) => void;
}

/** A quiet dedup writes one or two ids in a transaction, a busy one hundreds. */
const IDS_PER_RECORD = [2, 500];
/** The window of dedup; the changelog is kept longer. */
const SPAN_MS = 48 * 3_600_000;
const PARTITIONS = TOPICS.find(({ name }) => name === 'dedup.changelog')?.partitions ?? 0;
const READY_LIMIT_MS = 600_000;
const PROBED_LIMIT_MS = 30_000;

/** Starts dedup, again and again, on a changelog full of ids. */
export function runRestoreBench(options: RestoreBench): Promise<RestoreResults> {
  const { ids, rounds, recordsPerBatch, say } = options;
  return withBed(say, async (bed) => {
    const results = new Map<number, RestoreResult[]>();
    for (const idsPerRecord of IDS_PER_RECORD) {
      const prefix = `restore-${idsPerRecord}`;
      const topics = topicNames(prefix);
      await applyTopics(bed.kafka, { prefix, dryRun: false });
      const startedAt = performance.now();
      const { records, probes } = await fillChangelog({
        brokers: bed.brokers,
        topic: topics.changelog,
        partitions: PARTITIONS,
        ids,
        idsPerRecord,
        recordsPerBatch,
        spanMs: SPAN_MS,
      });
      const filled = ((performance.now() - startedAt) / 1_000).toFixed(0);
      say(`  ${ids} ids in ${records} records, written in ${filled} s`);
      await commitAll(bed, dedupGroup(prefix), topics.deliveries);
      const each: RestoreResult[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        const result = await restore(bed, prefix, probes);
        each.push(result);
        say(`  ${idsPerRecord} ids a record, round ${round}: ${summary(result)}`);
      }
      results.set(idsPerRecord, each);
      await removeTopics(bed, prefix);
    }
    return results;
  });
}

/** Without committed offsets and with ids in its changelog dedup would refuse to begin. */
async function commitAll({ admin }: Bed, groupId: string, topic: string): Promise<void> {
  const ends = await admin.fetchTopicOffsets(topic);
  const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
  await admin.setOffsets({ groupId, topic, partitions });
}

async function restore(bed: Bed, prefix: string, probes: number): Promise<RestoreResult> {
  const launchedAt = performance.now();
  const service = await launchService(
    'dedup',
    oursEnv(bed, prefix),
    join(bed.dir, `${prefix}.log`),
  );
  let status: number | undefined;
  void service.exited.then((ended) => {
    status = ended;
  });
  try {
    while (!(await service.isReady().catch(() => false))) {
      if (status !== undefined) throw new Error(`dedup ended with status ${status}`);
      if (performance.now() - launchedAt > READY_LIMIT_MS) throw new Error('dedup is never ready');
      await delay(20);
    }
    const { now, peak } = residentMib(service.pid);
    const result: RestoreResult = {
      seconds: (performance.now() - launchedAt) / 1_000,
      cpuSeconds: cpuSeconds(service.pid),
      residentMib: now,
      peakMib: peak,
    };
    await probe(bed, prefix, service, probes);
    return result;
  } finally {
    await service.stop();
  }
}

/**
 * Delivers what the changelog holds: had dedup been ready without its ids, it would publish some.
 * @throws Error where not each of them was a repeat
 */
async function probe(
  bed: Bed,
  prefix: string,
  service: ServiceProcess,
  probes: number,
): Promise<void> {
  const recordOf = createRecords();
  const deliveries = Array.from({ length: probes }, (_, number) => recordOf(number));
  await publishAll(bed.brokers, topicNames(prefix).deliveries, deliveries);
  const outcomes = async (): Promise<ReadonlyMap<string, number>> =>
    new Map(
      [
        ...(await service.metrics()).matchAll(
          /^gemini_events_dedup_records_total\{outcome="(\w+)"\} (\d+)$/gm,
        ),
      ].map(([, outcome = '', total]) => [outcome, Number(total)]),
    );
  await untilTrue('dedup has told of all probes', PROBED_LIMIT_MS, async () => {
    const told = [...(await outcomes()).values()].reduce((sum, each) => sum + each, 0);
    return told >= probes;
  });
  const repeats = (await outcomes()).get('duplicate');
  if (repeats !== probes) throw new Error(`${probes} probes were sent, ${repeats} were repeats`);
}

function summary({ seconds, cpuSeconds, residentMib, peakMib }: RestoreResult): string {
  return `ready after ${seconds.toFixed(1)} s and ${cpuSeconds.toFixed(1)} s of CPU, ${Math.round(residentMib)} MiB, at most ${Math.round(peakMib)} MiB`;
}
