/** What a round holds at most per partition: a record batch has to stay below `max.message.bytes` (1 MB). */
const ROUND_BYTES = 768 * 1024;

/** Room for what a record carries beside key, value and headers. */
const RECORD_OVERHEAD = 64;

export interface SizedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: ReadonlyMap<Buffer, Buffer>;
}

/** Bytes that a record takes in a batch, roughly and never less than that. */
export function sizeOf(record: SizedRecord): number {
  let bytes = RECORD_OVERHEAD + (record.key?.length ?? 0) + (record.value?.length ?? 0);
  for (const [name, value] of record.headers) bytes += name.length + value.length + 8;
  return bytes;
}

/**
 * Splits records into rounds so that no partition gets more than one batch's worth in a round.
 * Order per partition is kept; all rounds but the last of a partition are full.
 */
export function splitRounds<Each extends SizedRecord>(
  records: readonly Each[],
  limit: number = ROUND_BYTES,
): Each[][] {
  const rounds: Each[][] = [];
  const filling = new Map<string, { round: number; bytes: number }>();
  for (const record of records) {
    const key = `${record.topic}-${record.partition}`;
    const size = sizeOf(record);
    let current = filling.get(key);
    if (current === undefined) {
      current = { round: 0, bytes: 0 };
      filling.set(key, current);
    }
    if (current.bytes > 0 && current.bytes + size > limit) {
      current.round += 1;
      current.bytes = 0;
    }
    current.bytes += size;
    let round = rounds[current.round];
    if (round === undefined) {
      round = [];
      rounds[current.round] = round;
    }
    round.push(record);
  }
  return rounds;
}
