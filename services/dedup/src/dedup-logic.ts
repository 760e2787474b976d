import { hash } from 'node:crypto';
import { createOverlay, createSegmentedStore, type Overlay } from '@gemini-events/dedup-store';
import { HEADER, type QuarantineReason } from '@gemini-events/events';
import type { InputRecord, OutputRecord, PartitionLogic } from '@gemini-events/kafka';
import type { Route } from '@gemini-events/schemas';
import { type ChangelogEntry, decodeChangelog, encodeChangelog } from './changelog-format.ts';
import { type RoutingHeaders, readHeaders } from './read-headers.ts';

/** What became of one record; counted when its transaction is committed. */
export type Outcome = 'published' | 'duplicate' | 'quarantined';

type Decision =
  | { readonly outcome: 'published'; readonly route: Route }
  | { readonly outcome: 'duplicate' }
  | { readonly outcome: 'quarantined'; readonly reason: QuarantineReason };

/** Decides by headers alone; the first of a key wins, the same key with another body is no repeat. */
function decide(headers: RoutingHeaders | null, seenDigest: string | undefined): Decision {
  if (headers === null) return { outcome: 'quarantined', reason: 'headers_missing' };
  if (seenDigest === undefined) return { outcome: 'published', route: headers.route };
  if (seenDigest === headers.bodyDigest) return { outcome: 'duplicate' };
  return { outcome: 'quarantined', reason: 'id_conflict' };
}

/** The key under which an id is remembered: 16 bytes of SHA-256, as a latin1 string. */
function keyHash(source: string, dedupKey: string): string {
  return hash('sha256', `${source}\0${dedupKey}`, 'buffer').toString('latin1', 0, 16);
}

/** The dedup of one partition: drops repeats, routes the rest, copies key and value unopened. */
export function createDedupLogic(options: {
  readonly windowMs: number;
  readonly topicOf: (route: Route) => string;
  readonly count: (outcomes: Readonly<Record<Outcome, number>>) => void;
}): PartitionLogic {
  const store = createSegmentedStore(options.windowMs);
  const overlay: Overlay = createOverlay(store);
  let outcomes: Record<Outcome, number> = { published: 0, duplicate: 0, quarantined: 0 };
  let latestMs = 0;

  const settle = (): void => {
    outcomes = { published: 0, duplicate: 0, quarantined: 0 };
    store.expire(latestMs);
  };
  const take = (record: InputRecord): OutputRecord | null => {
    latestMs = Math.max(latestMs, record.timestamp);
    const headers = readHeaders(record.headers);
    const key = headers === null ? null : keyHash(headers.source, headers.dedupKey);
    const seen = key === null ? undefined : overlay.find(key, record.timestamp);
    const decision = decide(headers, seen?.bodyDigest);
    // A record whose route is quarantine is published there like any other: it was so classified.
    const outcome =
      decision.outcome === 'published' && decision.route === 'quarantine'
        ? 'quarantined'
        : decision.outcome;
    outcomes[outcome] += 1;
    if (decision.outcome === 'duplicate') return null;
    if (decision.outcome === 'quarantined') {
      return copy(record, options.topicOf('quarantine'), decision.reason);
    }
    if (key !== null && headers !== null) {
      overlay.add(key, { bodyDigest: headers.bodyDigest, firstSeenMs: record.timestamp });
    }
    return copy(record, options.topicOf(decision.route), null);
  };

  return {
    restore(value) {
      for (const { keyHash: key, bodyDigest, firstSeenMs } of decodeChangelog(value)) {
        latestMs = Math.max(latestMs, firstSeenMs);
        store.add(key, { bodyDigest, firstSeenMs });
      }
      store.expire(latestMs);
    },
    process(records) {
      const output: OutputRecord[] = [];
      for (const record of records) {
        const copied = take(record);
        if (copied !== null) output.push(copied);
      }
      const entries: ChangelogEntry[] = [];
      for (const [key, entry] of overlay.added) entries.push({ keyHash: key, ...entry });
      return { output, changelog: encodeChangelog(entries) };
    },
    commit() {
      overlay.commit();
      options.count(outcomes);
      settle();
    },
    discard() {
      overlay.discard();
      settle();
    },
  };
}

const headerNames = new Map<string, Buffer>();

/** Header names are few: their bytes are made once. Names from outside are not kept. */
function nameBytes(name: string): Buffer {
  const known = headerNames.get(name);
  if (known !== undefined) return known;
  const bytes = Buffer.from(name);
  if (headerNames.size < 64) headerNames.set(name, bytes);
  return bytes;
}

function copy(record: InputRecord, topic: string, reason: QuarantineReason | null): OutputRecord {
  const headers = new Map<Buffer, Buffer>();
  for (const [name, value] of Object.entries(record.headers)) {
    if (value === undefined || (reason !== null && name === HEADER.reason)) continue;
    const values = Array.isArray(value) ? value : [value];
    values.forEach((each, index) => {
      // A map holds a name's bytes once, so a header that occurs again gets bytes of its own.
      headers.set(index === 0 ? nameBytes(name) : Buffer.from(name), toBuffer(each));
    });
  }
  if (reason !== null) headers.set(nameBytes(HEADER.reason), Buffer.from(reason));
  return { topic, key: record.key, value: record.value, headers, timestamp: record.timestamp };
}

function toBuffer(value: Buffer | string): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : value;
}
