import type { MatchEvent } from '@gemini-events/consumer/select';
import type { Cluster } from '@gemini-events/kafka/cluster';
import { scanRanges } from '@gemini-events/kafka/copier';
import type { ReplayPlan } from './replay-plan.ts';

export interface EventCounts {
  readonly total: number;
  readonly byType: Readonly<Record<string, number>>;
  /** Offsets that were looked at. */
  readonly scanned: number;
}

/** Counts what a replay would write, by looking at each record. */
export async function countEvents(
  cluster: Cluster,
  { ranges }: Pick<ReplayPlan, 'ranges'>,
  match: MatchEvent,
  onScanned: (scanned: number) => void,
): Promise<EventCounts> {
  const byType: Record<string, number> = {};
  const places = new Map(ranges.map((range) => [range, range.from]));
  const starts = ranges.map(({ from }) => from);
  let total = 0;
  let scanned = 0;
  for await (const portions of scanRanges(cluster, ranges, starts)) {
    for (const { range, records, next } of portions) {
      for (const record of records()) {
        const answer = match(record);
        const type = answer instanceof Promise ? await answer : answer;
        if (type === null) continue;
        byType[type] = (byType[type] ?? 0) + 1;
        total += 1;
      }
      scanned += next - (places.get(range) ?? next);
      places.set(range, next);
    }
    onScanned(scanned);
  }
  return { total, byType, scanned };
}
