import type { RecordsBatch } from '@platformatic/kafka';

/** Bits of a record batch's attributes (KIP-98). */
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** Type of a control record that ends a transaction by aborting it. */
const ABORT = 0;

type Batch = Pick<
  RecordsBatch,
  'firstOffset' | 'firstTimestamp' | 'lastOffsetDelta' | 'attributes' | 'producerId' | 'records'
>;

/** A committed record as it stands in the log. */
export interface LogRecord {
  readonly offset: bigint;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [name: Buffer | null, value: Buffer | null])[];
}

/**
 * The committed records in fetched batches, in order, from `position` on; and where to read next. A read_committed fetch still returns records of aborted transactions, beside a list of
 * them: the client has to leave them out (KIP-98, as Kafka's own Fetcher does).
 */
export function committedRecords(
  batches: readonly Batch[],
  abortedTransactions: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[],
  position: bigint,
): { readonly records: readonly LogRecord[]; readonly nextPosition: bigint } {
  const waiting = [...abortedTransactions].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const aborted = new Set<bigint>();
  const records: LogRecord[] = [];
  let nextPosition = position;
  for (const batch of batches) {
    const lastOffset = batch.firstOffset + BigInt(batch.lastOffsetDelta);
    while (waiting[0] !== undefined && waiting[0].firstOffset <= lastOffset) {
      const begun = waiting.shift();
      if (begun !== undefined) aborted.add(begun.producerId);
    }
    if (lastOffset + 1n > nextPosition) nextPosition = lastOffset + 1n;
    if ((batch.attributes & CONTROL) !== 0) {
      // Key of a control record: int16 version, int16 type.
      if (batch.records[0]?.key?.readInt16BE(2) === ABORT) aborted.delete(batch.producerId);
      continue;
    }
    if ((batch.attributes & TRANSACTIONAL) !== 0 && aborted.has(batch.producerId)) continue;
    for (const record of batch.records) {
      const offset = batch.firstOffset + BigInt(record.offsetDelta);
      // A fetch begins at a batch, which may hold records before the position.
      if (offset < position) continue;
      const timestamp = Number(batch.firstTimestamp + record.timestampDelta);
      records.push({
        offset,
        timestamp,
        key: record.key,
        value: record.value,
        headers: record.headers,
      });
    }
  }
  return { records, nextPosition };
}
