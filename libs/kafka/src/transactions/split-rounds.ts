import { type PayloadRecord, sizeOf } from '../wire/encode-transactional-batch.ts';

/** What a record batch holds at most: it has to stay below `max.message.bytes` (1 MB). */
const BATCH_BYTES = 768 * 1024;

/**
 * Splits records of one partition into batches, in order. All but the last one are full; a record that
 * is larger than a batch has one to itself.
 */
export function splitBatches(
  records: readonly PayloadRecord[],
  limit: number = BATCH_BYTES,
): (readonly PayloadRecord[])[] {
  const batches: (readonly PayloadRecord[])[] = [];
  let begin = 0;
  let bytes = 0;
  for (const [at, record] of records.entries()) {
    const size = sizeOf(record);
    if (bytes > 0 && bytes + size > limit) {
      batches.push(records.slice(begin, at));
      begin = at;
      bytes = 0;
    }
    bytes += size;
  }
  if (begin < records.length) batches.push(begin === 0 ? records : records.slice(begin));
  return batches;
}

/**
 * Puts batches into rounds so that no partition has more than one in a round: a produce request may
 * hold only one. The order of a partition's batches is kept.
 */
export function intoRounds<Batch extends { readonly topic: string; readonly partition: number }>(
  batches: readonly Batch[],
): Batch[][] {
  const rounds: Batch[][] = [];
  const taken = new Map<string, number>();
  for (const batch of batches) {
    const name = `${batch.topic}-${batch.partition}`;
    const round = taken.get(name) ?? 0;
    taken.set(name, round + 1);
    (rounds[round] ??= []).push(batch);
  }
  return rounds;
}
