import type { SeenRecord } from '../read-all.ts';
import type { TransactionLog } from './transaction-log.ts';

export interface AbortedReads {
  /** Records of aborted transactions in the log; with none of them the check shows nothing. */
  readonly aborted: number;
  /** Ids of theirs; each has its one committed record elsewhere. */
  readonly ids: number;
  /** How often one of them is in the log at most. */
  readonly mostCopies: number;
  readonly faults: readonly string[];
}

/**
 * No value of an aborted transaction is ever visible, and none comes back. The log's own markers say
 * what was aborted; a read_uncommitted reader shows that it is there to be seen; two read_committed
 * readers, one since before the first fault and one that began after the last, must not have seen it.
 */
export function checkAbortedReads(seen: {
  readonly log: TransactionLog;
  readonly uncommitted: readonly SeenRecord[];
  /** Read while it happened. */
  readonly live: readonly SeenRecord[];
  /** Read afterwards. */
  readonly after: readonly SeenRecord[];
}): AbortedReads {
  const { log, uncommitted } = seen;
  const faults: string[] = [];
  const tell = (places: readonly string[], what: string): void => {
    if (places.length > 0)
      faults.push(`${places.length} records ${what}, for example ${places[0]}`);
  };
  tell([...log.open], 'are in a transaction that was never ended');
  for (const [name, records] of Object.entries({ live: seen.live, after: seen.after })) {
    const reader = `by the read_committed reader ${name === 'live' ? 'during' : 'after'} the faults`;
    const places = new Set(records.map(({ place }) => place));
    tell(
      [...places].filter((place) => !log.committed.has(place)),
      `that no transaction committed were seen ${reader}`,
    );
    tell(
      [...log.committed].filter((place) => !places.has(place)),
      `of committed transactions were not seen ${reader}`,
    );
  }
  const byPlace = new Map(uncommitted.map((record) => [record.place, record]));
  tell(
    [...log.aborted].filter((place) => !byPlace.has(place)),
    'of aborted transactions were not seen by the read_uncommitted reader either',
  );

  // One committed copy per body of an id, however many were aborted before: none was resurrected.
  const bodyOf = ({ webhookId, bodyDigest }: SeenRecord): string => `${webhookId} ${bodyDigest}`;
  const copies = Map.groupBy(uncommitted, bodyOf);
  const abortedBodies = new Set(
    [...log.aborted].flatMap((place) => {
      const record = byPlace.get(place);
      return record === undefined ? [] : [bodyOf(record)];
    }),
  );
  const committed = (body: string): number =>
    (copies.get(body) ?? []).filter(({ place }) => log.committed.has(place)).length;
  // What was quarantined as a conflict comes out as often as it came in; the other verifier counts it.
  const isOnce = (body: string): boolean =>
    (copies.get(body) ?? []).every(({ reason }) => reason !== 'id_conflict');
  tell(
    [...abortedBodies].filter((body) => isOnce(body) && committed(body) !== 1),
    'were aborted and have not exactly one committed copy',
  );
  return {
    aborted: log.aborted.size,
    ids: abortedBodies.size,
    mostCopies: Math.max(0, ...[...abortedBodies].map((body) => copies.get(body)?.length ?? 0)),
    faults,
  };
}
