import { isBridgeError } from '@gemini-events/events';
import type { Cluster } from '../raw/cluster.ts';
import { pause } from '../raw/pause.ts';
import { stableCommits } from '../reader/offsets.ts';
import { TransactionalProducer } from '../transactions/transactional-producer.ts';
import type { PayloadRecord } from '../wire/encode-transactional-batch.ts';
import { addCounts, type Counts, readCounts, writeCounts } from './copy-counts.ts';
import type { CopyOptions, CopyProgress, CopyRange } from './copy-options.ts';
import { type Portion, scanRanges } from './scan-ranges.ts';

/** A transaction that takes longer is aborted by the broker; throttling waits outside of it. */
const TRANSACTION_TIMEOUT_MS = 60_000;
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 2_000;

/** Where a copy stands in one range. */
interface Place {
  readonly range: CopyRange;
  next: number;
  counts: Counts;
}

/**
 * Copies wanted records of some ranges to another topic, each exactly once over any number of kills: the
 * copies and the offsets behind their originals are one transaction. Order per partition is kept, so is
 * record time. What was counted is kept with the offsets and so is exact too.
 *
 * Race: an older process may still be at work on the same copy. Opening the producer fences it off and
 * settles its open transaction, one way or the other; only then the offsets are read, so they say which.
 * When the older one goes on, its next request fails as fenced, and it stops for good.
 *
 * @throws BridgeError ERR_KAFKA_FENCED another process has taken the copy over
 */
export async function copyRecords(options: CopyOptions): Promise<CopyProgress> {
  const { signal, onFailure } = options;
  for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(retryMs * 2, MAX_RETRY_MS)) {
    try {
      return await copyOnce(options, () => {
        retryMs = FIRST_RETRY_MS;
      });
    } catch (error) {
      if (isBridgeError(error, 'ERR_KAFKA_FENCED')) throw error;
      signal.throwIfAborted();
      onFailure(error);
      await pause(retryMs, signal);
      signal.throwIfAborted();
    }
  }
}

/** Ends a copy that another process may be at: that one stops, and the offsets tell how far it came. */
export async function endCopy(cluster: Cluster, id: string, signal: AbortSignal): Promise<void> {
  await TransactionalProducer.open(cluster, id, TRANSACTION_TIMEOUT_MS, signal);
}

/** Until it is complete, or the signal is aborted, or something fails. */
async function copyOnce(options: CopyOptions, onProgress: () => void): Promise<CopyProgress> {
  const { cluster, id, ranges, signal, onCommitted } = options;
  const producer = await TransactionalProducer.open(cluster, id, TRANSACTION_TIMEOUT_MS, signal);
  const places = await findPlaces(options);
  const progress = (): CopyProgress => ({
    scanned: places.reduce((sum, { range, next }) => sum + next - range.from, 0),
    copied: addCounts(places.map(({ counts }) => counts)),
    isComplete: places.every(({ range, next }) => next >= range.until),
  });
  onCommitted(progress());
  const onStep = (): void => {
    onProgress();
    onCommitted(progress());
  };
  const starts = places.map(({ next }) => next);
  for await (const portions of scanRanges(cluster, ranges, starts)) {
    if (signal.aborted) break;
    for (const [, ofTopic] of Map.groupBy(portions, ({ range }) => range.topic)) {
      await copyPortions(options, { producer, places, portions: ofTopic, onStep });
    }
  }
  // All that is left of the ranges was read; what retention has removed of their ends gives no portion.
  return signal.aborted ? progress() : { ...progress(), isComplete: true };
}

async function findPlaces({ cluster, id, ranges, signal }: CopyOptions): Promise<Place[]> {
  const commits = new Map<string, Awaited<ReturnType<typeof stableCommits>>>();
  for (const [topic, ofTopic] of Map.groupBy(ranges, (range) => range.topic)) {
    const partitions = ofTopic.map(({ partition }) => partition);
    commits.set(topic, await stableCommits(cluster, id, topic, partitions, signal));
  }
  return ranges.map((range) => {
    const { offset = -1, note = '' } = commits.get(range.topic)?.get(range.partition) ?? {};
    return offset < range.from
      ? { range, next: range.from, counts: {} }
      : { range, next: offset, counts: readCounts(note) };
  });
}

/** What a transaction takes of one range. */
interface Share {
  readonly place: Place;
  readonly copies: PayloadRecord[];
  readonly counts: Record<string, number>;
  /** Offset behind it. */
  next: number;
}

/** Portions of one topic, in transactions that write no more than so many records. */
async function copyPortions(
  options: CopyOptions,
  work: {
    readonly producer: TransactionalProducer;
    readonly places: readonly Place[];
    readonly portions: readonly Portion[];
    /** After each transaction: one that is throttled may be long about its portions. */
    readonly onStep: () => void;
  },
): Promise<void> {
  const { select, mostAtOnce, signal } = options;
  const { producer, places, portions, onStep } = work;
  let shares: Share[] = [];
  let count = 0;
  const commit = async (): Promise<void> => {
    await transact(options, producer, shares, count);
    onStep();
    shares = [];
    count = 0;
  };
  const begin = (place: Place): Share => {
    const share = { place, copies: [], counts: { ...place.counts }, next: place.next };
    shares.push(share);
    return share;
  };
  for (const { range, records, next } of portions) {
    const place = places.find((each) => each.range === range) as Place;
    let share = begin(place);
    for (const record of records()) {
      const answer = select(record, range);
      const selected = answer instanceof Promise ? await answer : answer;
      if (selected === null) continue;
      if (count === mostAtOnce) {
        share.next = record.offset;
        await commit();
        if (signal.aborted) return;
        share = begin(place);
      }
      share.copies.push({ timestamp: record.timestamp, payload: selected.payload });
      share.counts[selected.countAs] = (share.counts[selected.countAs] ?? 0) + 1;
      count += 1;
    }
    share.next = next;
  }
  await commit();
}

async function transact(
  { id, target, pass, signal }: CopyOptions,
  producer: TransactionalProducer,
  shares: readonly Share[],
  count: number,
): Promise<void> {
  if (count > 0) await pass(count);
  const batches = shares.flatMap(({ place: { range }, copies }) =>
    copies.length === 0
      ? []
      : producer.encode({ topic: target.topic, partition: range.partition, records: copies }),
  );
  await producer.commit(
    batches,
    {
      groupId: id,
      // No member: such a group is fenced by the transactional id alone.
      generation: -1,
      memberId: '',
      topic: (shares[0] as Share).place.range.topic,
      next: new Map(shares.map(({ place: { range }, next }) => [range.partition, next])),
      notes: new Map(
        shares.map(({ place: { range }, counts }) => [range.partition, writeCounts(counts)]),
      ),
    },
    signal,
  );
  for (const { place, next, counts } of shares) {
    place.next = next;
    place.counts = counts;
  }
}
