import { createSegmentedStore, type StoreUsage } from '@gemini-events/dedup-store';
import type { OutputRecord, PartitionLogic } from '@gemini-events/kafka/processor';
import type { RawRecord } from '@gemini-events/kafka/wire';
import type { Route } from '@gemini-events/schemas';
import { restoreChangelog } from './changelog-format.ts';
import { idKey, resourceKey } from './key-hash.ts';
import { createOpenTransaction } from './open-transaction.ts';
import { noOutcomes, type Outcomes } from './outcomes.ts';
import {
  type DedupKey,
  isResourceRepeat,
  judgeId,
  publishedBy,
} from './processors/drop-duplicate.ts';
import { type Delivery, readHeaders } from './processors/read-headers.ts';
import { quarantineRecord, routeRecord } from './processors/route-record.ts';

/** A new delivery adds its id and its second key. */
const KEYS_PER_RECORD = 2;
/** As the store keeps it. */
const PUBLISHER_CHARACTERS = 16;
/** What every second key has in place of a digest of its own; genuine ones are the most. */
const PUBLISHERS = [false, true].map((isSynthetic) =>
  publishedBy(isSynthetic).slice(0, PUBLISHER_CHARACTERS),
);

export interface DedupOptions {
  readonly windowMs: number;
  readonly key: DedupKey;
  readonly topics: Readonly<Record<Route, string>>;
  readonly count: (outcomes: Readonly<Outcomes>) => void;
}

/** The logic of one partition, and what its store takes. */
export interface DedupLogic extends PartitionLogic {
  stats(): StoreUsage;
}

/**
 * The dedup of one partition: drops repeats, routes the rest, copies key, value and headers unopened.
 *
 * Its clock is the time of the newest record of the partition so far. A record that comes late, with a
 * time before that, is judged and remembered as if it came now: what counts is how long ago the log
 * last showed its key, and the store may forget by the same clock without any answer changing. The time
 * that is written to the output stays the record's own.
 */
export function createDedupLogic(options: DedupOptions): DedupLogic {
  const { topics } = options;
  const store = createSegmentedStore(options.windowMs, PUBLISHERS);
  const open = createOpenTransaction(store);
  let outcomes = noOutcomes();
  /** Of the records of committed transactions, and with those of the open one. */
  let committedMs = 0;
  let nowMs = 0;

  /** Whether the delivery is to be published; what has to be remembered of it is added. */
  const judge = (delivery: Delivery): 'publish' | 'drop' | 'quarantine' => {
    const { source, dedupKey, bodyDigest, subject, isSynthetic } = delivery;
    const id = idKey(source, dedupKey);
    const verdict = judgeId(open.digestOf(id, nowMs), bodyDigest);
    if (verdict === 'conflict') return 'quarantine';
    if (verdict === 'repeat') {
      outcomes.repeatedIds += 1;
      return 'drop';
    }
    open.add(id, bodyDigest, nowMs);
    if (subject === null) return 'publish';
    const second = resourceKey(source, subject.type, subject.resource);
    const seen = open.digestOf(second, nowMs);
    if (isResourceRepeat(seen, isSynthetic, options.key)) {
      outcomes.repeatedResources += 1;
      return 'drop';
    }
    if (seen === undefined) open.add(second, publishedBy(isSynthetic), nowMs);
    return 'publish';
  };

  const take = (record: RawRecord): OutputRecord | null => {
    if (record.timestamp > nowMs) nowMs = record.timestamp;
    const delivery = readHeaders(record);
    if (delivery === null) {
      outcomes.unreadable += 1;
      return quarantineRecord(record, topics.quarantine, 'headers_missing');
    }
    switch (judge(delivery)) {
      case 'drop':
        return null;
      case 'quarantine':
        outcomes.conflicts += 1;
        return quarantineRecord(record, topics.quarantine, 'id_conflict');
      case 'publish':
        if (delivery.route === 'quarantine') outcomes.classified += 1;
        else outcomes.published += 1;
        return routeRecord(record, topics[delivery.route]);
    }
  };

  const settle = (): void => {
    outcomes = noOutcomes();
    nowMs = committedMs;
  };
  return {
    restore(value) {
      committedMs = Math.max(committedMs, restoreChangelog(value, store));
      nowMs = committedMs;
      store.expire(committedMs);
    },
    process(records) {
      open.begin(records.length * KEYS_PER_RECORD);
      const output: OutputRecord[] = [];
      for (const record of records) {
        const copied = take(record);
        if (copied !== null) output.push(copied);
      }
      return { output, changelog: open.changelog() };
    },
    commit() {
      open.commit();
      committedMs = nowMs;
      options.count(outcomes);
      store.expire(committedMs);
      settle();
    },
    discard() {
      open.discard();
      settle();
    },
    stats: () => store.usage(),
  };
}
