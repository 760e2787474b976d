import type { Bridge } from '@gemini-events/cli-kit/bridge';
import { LANE_HEADER } from '@gemini-events/events';
import type { Select } from '@gemini-events/kafka/copier';
import { stableOffsets } from '@gemini-events/kafka/reader';
import { createNamedHeaders, withHeaders } from '@gemini-events/kafka/wire';
import { topicNames } from '@gemini-events/schemas';
import { partitionsOf } from '../operations/find-ranges.ts';
import { type RedrivePlan, replayGroup } from '../operations/replay-plan.ts';
import { createPostgresDecisions } from '../store/postgres-decisions.ts';
import type { Letter } from './letter.ts';
import { rangesOf } from './letter-ranges.ts';

/**
 * A redrive of these letters: a replay from the dead-letter topic to the private lane. The letters are
 * pinned by their places, so what is given up meanwhile is not part of it, and it ends.
 */
export async function planRedrive(
  { cluster, prefix }: Bridge,
  consumer: string,
  letters: readonly Letter[],
  perSecond: number | null,
): Promise<RedrivePlan> {
  const topic = topicNames(prefix).replay(consumer);
  return {
    consumer,
    topic,
    partitions: await partitionsOf(cluster, topic),
    ranges: rangesOf(prefix, letters),
    letters: Object.fromEntries(
      [...Map.groupBy(letters, ({ partition }) => partition)].map(([partition, ofPartition]) => [
        String(partition),
        ofPartition.map(({ offset }) => offset).sort((a, b) => a - b),
      ]),
    ),
    perSecond,
  };
}

/** Copies the letters of the plan; each says how often it was redriven, which ends loops. */
export function selectForRedrive(id: string, plan: RedrivePlan): Select {
  const headersOf = createNamedHeaders();
  const wanted = new Map(
    Object.entries(plan.letters).map(([partition, offsets]) => [
      Number(partition),
      new Set(offsets),
    ]),
  );
  return (record, { partition }) => {
    if (wanted.get(partition)?.has(record.offset) !== true) return null;
    const headers = headersOf(record);
    const redrives = Number(headers[LANE_HEADER.redriveCount]?.toString()) || 0;
    return {
      countAs: headers['ce_type']?.toString() ?? 'untyped',
      payload: withHeaders(record, {
        [LANE_HEADER.redriveCount]: String(redrives + 1),
        [LANE_HEADER.replayId]: id,
        [LANE_HEADER.effects]: 'skip',
      }),
    };
  };
}

/**
 * Opens the letters of a redrive again that it has not reached. How far it is, its group says.
 * @throws those of Kafka and Postgres
 */
export async function reopenLetters(
  { cluster, pool, prefix }: Bridge,
  id: string,
  { consumer, ranges }: RedrivePlan,
): Promise<void> {
  const group = replayGroup(prefix, id);
  const partitions = ranges.map(({ partition }) => partition);
  const topic = ranges[0]?.topic ?? '';
  const offsets = await stableOffsets(
    cluster,
    group,
    topic,
    partitions,
    AbortSignal.timeout(30_000),
  );
  const reached = ranges.map(({ partition, from }): [number, number] => [
    partition,
    Math.max(from, offsets.get(partition) ?? from),
  ]);
  await createPostgresDecisions(pool).reopen(consumer, id, new Map(reached));
}
