import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The places (`topic-partition-offset`) of a topic's records by what became of their transaction. */
export interface TransactionLog {
  readonly committed: ReadonlySet<string>;
  readonly aborted: ReadonlySet<string>;
  /** Neither yet. */
  readonly open: ReadonlySet<string>;
}

/** Offsets in the head of a record batch (version 2). */
const HEAD = {
  baseOffset: 0,
  length: 8,
  attributes: 21,
  lastOffsetDelta: 23,
  producerId: 43,
  records: 61,
} as const;
/** The length counts from behind itself. */
const BEFORE_LENGTH = 12;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** Length, attributes, time and offset difference, length of the key: each of one byte in a marker. */
const MARKER_KEY = HEAD.records + 5;
const COMMIT = 1;

/**
 * What the broker's own log files say of transactions: no client takes part in this, and none of the
 * broker's lists of aborted ones.
 */
export function readTransactionLog(logDir: string, topics: readonly string[]): TransactionLog {
  const log = { committed: new Set<string>(), aborted: new Set<string>(), open: new Set<string>() };
  for (const folder of readdirSync(logDir)) {
    if (!topics.includes(folder.slice(0, folder.lastIndexOf('-')))) continue;
    const files = readdirSync(join(logDir, folder)).filter((name) => name.endsWith('.log'));
    readPartition(
      folder,
      files.sort().map((name) => readFileSync(join(logDir, folder, name))),
      log,
    );
  }
  return log;
}

/** Adds what the segments of one partition say. */
export function readPartition(
  name: string,
  segments: readonly Buffer[],
  log: Readonly<Record<keyof TransactionLog, Set<string>>>,
): void {
  const open = new Map<bigint, string[]>();
  for (const batch of segments.flatMap((segment) => [...batchesOf(segment)])) {
    const producer = batch.readBigInt64BE(HEAD.producerId);
    const attributes = batch.readInt16BE(HEAD.attributes);
    if ((attributes & CONTROL) !== 0) {
      // Behind the version of the key (int16) comes the kind.
      const isCommit = batch.readInt16BE(MARKER_KEY + 2) === COMMIT;
      const places = open.get(producer) ?? [];
      open.delete(producer);
      for (const place of places) log[isCommit ? 'committed' : 'aborted'].add(place);
      continue;
    }
    const base = Number(batch.readBigInt64BE(HEAD.baseOffset));
    const count = batch.readInt32BE(HEAD.lastOffsetDelta) + 1;
    const places = Array.from({ length: count }, (_, index) => `${name}-${base + index}`);
    if ((attributes & TRANSACTIONAL) === 0) for (const place of places) log.committed.add(place);
    else open.set(producer, [...(open.get(producer) ?? []), ...places]);
  }
  for (const place of [...open.values()].flat()) log.open.add(place);
}

function* batchesOf(segment: Buffer): Generator<Buffer> {
  let at = 0;
  while (at + HEAD.records <= segment.length) {
    const end = at + BEFORE_LENGTH + segment.readInt32BE(at + HEAD.length);
    // Written half at the time of a crash, or room that was laid out in advance.
    if (end > segment.length || end === at + BEFORE_LENGTH) return;
    yield segment.subarray(at, end);
    at = end;
  }
}
