import type { NewParked, Parked, Parking } from './parking.ts';

/** A parking that lasts as long as the process. It behaves like the one in Postgres. */
export function createMemoryParking(): Parking {
  /** By sequence, in its order. */
  const rows = new Map<bigint, Parked>();
  const places = new Set<string>();
  let last = 0n;

  const ofConsumer = (consumer: string): readonly Parked[] =>
    [...rows.values()].filter((row) => row.consumer === consumer);
  /** The first records of all keys of a consumer. */
  const heads = (consumer: string): readonly Parked[] => {
    const first = new Map<string, Parked>();
    for (const row of ofConsumer(consumer)) {
      if (!first.has(keyOf(row))) first.set(keyOf(row), row);
    }
    return [...first.values()];
  };
  const change = ({ sequence }: Parked, by: (row: Parked) => Partial<Parked>): Parked | null => {
    const row = rows.get(sequence);
    if (row === undefined) return null;
    const changed = { ...row, ...by(row) };
    rows.set(sequence, changed);
    return changed;
  };

  return {
    async park(consumer, records) {
      for (const each of records) {
        const place = placeOf(consumer, each);
        if (places.has(place)) continue;
        places.add(place);
        last += 1n;
        const firstFailureAt = each.failure?.at ?? null;
        rows.set(last, { ...each, consumer, sequence: last, firstFailureAt });
      }
    },

    async blockedKeys(consumer, partition) {
      const ofPartition = heads(consumer).filter(({ record }) => record.partition === partition);
      return ofPartition.map(({ record }) => record.key);
    },

    async due(consumer, partitions, now, limit) {
      return heads(consumer)
        .filter(({ record, dueAt }) => partitions.includes(record.partition) && dueAt <= now)
        .sort((one, other) => one.dueAt - other.dueAt || Number(one.sequence - other.sequence))
        .slice(0, limit);
    },

    async begin(records) {
      const bySequence = new Map(records.map((record) => [record.sequence, record]));
      for (const record of bySequence.values()) {
        change(record, ({ attempts }) => ({ attempts: attempts + 1 }));
      }
      return records.map(({ sequence }) => rows.get(sequence)?.attempts ?? 0);
    },

    async following(record, limit) {
      return ofConsumer(record.consumer)
        .filter((row) => keyOf(row) === keyOf(record) && row.sequence > record.sequence)
        .slice(0, limit);
    },

    async postpone(record, later) {
      change(record, ({ firstFailureAt }) => ({
        ...later,
        firstFailureAt: firstFailureAt ?? later.failure.at,
      }));
    },

    async remove(records) {
      for (const record of records) {
        if (rows.delete(record.sequence)) places.delete(placeOf(record.consumer, record));
      }
      const blocked = new Set([...rows.values()].map(keyOf));
      return records.map((record) => !blocked.has(keyOf(record)));
    },

    async oldest(consumer) {
      const times = ofConsumer(consumer).map(({ record }) => record.timestamp);
      return times.length === 0 ? null : Math.min(...times);
    },

    async counts(consumer) {
      const all = Map.groupBy(ofConsumer(consumer), ({ record }) => record.partition);
      return new Map([...all].map(([partition, { length }]) => [partition, length]));
    },
  };
}

function placeOf(consumer: string, { record }: NewParked): string {
  return JSON.stringify([consumer, record.topic, record.partition, String(record.offset)]);
}

function keyOf({ consumer, record }: Parked): string {
  return JSON.stringify([consumer, record.partition, record.key]);
}
