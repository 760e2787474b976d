import type { RawRecord } from '../wire/raw-record.ts';
import type { RawBatch } from '../wire/read-batches.ts';

/** Bits of a record batch's attributes (KIP-98). */
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** Type of a control record that ends a transaction by aborting it. */
const ABORT = 0;

/**
 * The committed records in fetched batches, in order, from `position` on; and where to read next. A
 * read_committed fetch still returns records of aborted transactions, beside a list of them: the client
 * has to leave them out (KIP-98, as Kafka's own Fetcher does).
 */
export function committedRecords(
  batches: readonly RawBatch[],
  abortedTransactions: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[],
  position: number,
): { readonly records: () => readonly RawRecord[]; readonly nextPosition: number } {
  const waiting = [...abortedTransactions].sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const aborted = new Set<bigint>();
  const committed: RawBatch[] = [];
  let nextPosition = position;
  for (const batch of batches) {
    while (waiting[0] !== undefined && Number(waiting[0].firstOffset) <= batch.lastOffset) {
      const begun = waiting.shift();
      if (begun !== undefined) aborted.add(begun.producerId);
    }
    if (batch.lastOffset + 1 > nextPosition) nextPosition = batch.lastOffset + 1;
    if ((batch.attributes & CONTROL) !== 0) {
      // Key of a control record: int16 version, int16 type.
      if (batch.records()[0]?.key?.readInt16BE(2) === ABORT) aborted.delete(batch.producerId);
      continue;
    }
    if ((batch.attributes & TRANSACTIONAL) !== 0 && aborted.has(batch.producerId)) continue;
    committed.push(batch);
  }
  // A fetch begins at a batch, which may hold records before the position.
  const records = () =>
    committed.flatMap((batch) => batch.records()).filter(({ offset }) => offset >= position);
  return { records, nextPosition };
}
