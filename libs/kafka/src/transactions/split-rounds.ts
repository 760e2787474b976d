import { type PayloadRecord, sizeOf } from '../wire/encode-transactional-batch.ts';

/** What a record batch holds at most: it has to stay below `max.message.bytes` (1 MB). */
const BATCH_BYTES = 768 * 1024;

/** Records for one partition, in order. */
export interface PartitionRecords {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly PayloadRecord[];
}

/**
 * Splits records into rounds so that no partition gets more than one batch in a round: a produce
 * request may hold only one. All batches but the last of a partition are full; a record that is larger
 * than a batch has one to itself.
 */
export function splitRounds(
  shares: readonly PartitionRecords[],
  limit: number = BATCH_BYTES,
): PartitionRecords[][] {
  const rounds: PartitionRecords[][] = [];
  for (const { topic, partition, records } of shares) {
    for (const [round, batch] of splitBatches(records, limit).entries()) {
      (rounds[round] ??= []).push({ topic, partition, records: batch });
    }
  }
  return rounds;
}

function splitBatches(
  records: readonly PayloadRecord[],
  limit: number,
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
  if (begin < records.length) batches.push(records.slice(begin));
  return batches;
}
