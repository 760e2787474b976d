import { setTimeout as delay } from 'node:timers/promises';
import { isBridgeError } from '@gemini-events/events';
import type { ReadModel } from '@gemini-events/job-status';
import { kindOf, makeRows, needsValue } from '@gemini-events/job-status/projection';
import type { Cluster } from '@gemini-events/kafka/cluster';
import type { Decoder } from '@gemini-events/kafka/codec';
import { type Cursor, type FetchedPortion, fetchPortions } from '@gemini-events/kafka/reader';
import { createNamedHeaders } from '@gemini-events/kafka/wire';
import type { SourceKind, SourceRecord } from '@gemini-events/read-model';
import type { SyncEvents } from './sync-events.ts';

export interface FollowOptions {
  readonly cluster: Cluster;
  readonly decoder: Pick<Decoder, 'decode'>;
  readonly readModel: Pick<ReadModel, 'places' | 'write' | 'lead'>;
  readonly prefix: string;
  readonly instance: string;
  /** Topics of the bridge that exist now. */
  readonly listTopics: () => Promise<readonly string[]>;
  readonly events: SyncEvents;
  readonly signal: AbortSignal;
}

interface Source extends Cursor {
  readonly kind: SourceKind;
  /** What the read model holds: where the next step begins. */
  stored: number;
}

const LIMITS = { maxWaitMs: 250, maxBytes: 4 * 1024 * 1024, partitionBytes: 256 * 1024 };
const LEAD_MS = 10_000;
const LIST_EVERY_MS = 30_000;
const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;
const STANDBY_MS = 2_000;

/**
 * Brings the topics into the read model, in steps: what one fetch gave of all partitions is one
 * transaction with the offsets behind it. Outlives outages of Kafka, registry and Postgres. Of several
 * instances one writes; should two of them, one finds that the offsets have moved and starts over.
 */
export async function followTopics(options: FollowOptions): Promise<void> {
  const { events, signal } = options;
  for (let retryMs = FIRST_RETRY_MS; !signal.aborted; ) {
    try {
      await follow(options, () => {
        retryMs = FIRST_RETRY_MS;
      });
    } catch (error) {
      if (signal.aborted) return;
      events.failed(error);
      await delay(retryMs, undefined, { signal }).catch(() => undefined);
      retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    }
  }
}

/** Until something fails, or the signal is aborted. */
async function follow(options: FollowOptions, onStep: () => void): Promise<void> {
  const { readModel, instance, events, signal, cluster } = options;
  const headersOf = createNamedHeaders();
  let sources: Source[] = [];
  let listedAt = -Infinity;
  let leadsUntil = -Infinity;
  while (!signal.aborted) {
    const now = performance.now();
    if (now > leadsUntil - LEAD_MS / 2) {
      const leads = await readModel.lead(instance, LEAD_MS);
      events.leads(leads);
      if (!leads) {
        sources = [];
        listedAt = -Infinity;
        await delay(STANDBY_MS, undefined, { signal }).catch(() => undefined);
        continue;
      }
      leadsUntil = now + LEAD_MS;
      // Where nothing comes in, nothing is written that would show that the tables were cleared.
      const stored = await storedPlaces(readModel);
      if (sources.some((each) => (stored.get(placeOf(each)) ?? 0) !== each.stored)) {
        sources = [];
        listedAt = -Infinity;
      }
    }
    if (now - listedAt > LIST_EVERY_MS) {
      sources = await findSources(options, sources);
      listedAt = now;
    }
    if (sources.length === 0) {
      // The topics are not made yet.
      listedAt = -Infinity;
      await delay(STANDBY_MS, undefined, { signal }).catch(() => undefined);
      continue;
    }
    const portions = await fetchPortions(cluster, sources, LIMITS);
    const step = await readStep(options, portions, headersOf);
    if (step.moves.length > 0) {
      await readModel.write(step);
      for (const { cursor, next } of portions) cursor.stored = next;
      events.stepped(step.records, step.newest);
    }
    events.wentWell();
    onStep();
  }
}

/** Those that are known stay where they are; new ones begin where the read model stands. */
async function findSources(
  { cluster, readModel, prefix, listTopics }: FollowOptions,
  known: readonly Source[],
): Promise<Source[]> {
  const places = await storedPlaces(readModel);
  const sources: Source[] = [];
  for (const topic of await listTopics()) {
    const kind = kindOf(prefix, topic);
    if (kind === null) continue;
    const count = await cluster.partitionCount(topic);
    for (let partition = 0; partition < count; partition += 1) {
      const stored = places.get(placeOf({ topic, partition })) ?? 0;
      const before = known.find((each) => each.topic === topic && each.partition === partition);
      sources.push(before ?? { topic, partition, kind, stored, position: stored });
    }
  }
  return sources;
}

async function storedPlaces({
  places,
}: Pick<ReadModel, 'places'>): Promise<ReadonlyMap<string, number>> {
  return new Map((await places()).map(({ next, ...place }) => [placeOf(place), next]));
}

function placeOf({ topic, partition }: Pick<Cursor, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`;
}

async function readStep(
  { decoder, events }: FollowOptions,
  portions: readonly FetchedPortion<Source>[],
  headersOf: ReturnType<typeof createNamedHeaders>,
) {
  const records: SourceRecord[] = [];
  for (const { cursor, records: fetched } of portions) {
    const { kind, topic, partition } = cursor;
    for (const record of fetched()) {
      records.push({
        kind,
        topic,
        partition,
        offset: record.offset,
        timestamp: record.timestamp,
        key: record.key?.toString() ?? '',
        headers: headersOf(record),
        decoded: needsValue(kind) ? await decodeOrNull(decoder, record.value, events) : null,
      });
    }
  }
  const moves = portions
    .filter(({ cursor, next }) => next > cursor.stored)
    .map(({ cursor: { topic, partition, stored }, next }) => ({
      topic,
      partition,
      from: stored,
      next,
    }));
  const newest = records.reduce((latest, { timestamp }) => Math.max(latest, timestamp), 0);
  return { rows: makeRows(records), moves, records: records.length, newest };
}

/** Null where the value is none of ours, and never will be. */
async function decodeOrNull(
  decoder: Pick<Decoder, 'decode'>,
  value: Buffer | null,
  events: SyncEvents,
) {
  try {
    return await decoder.decode(value ?? Buffer.alloc(0));
  } catch (error) {
    if (!isBridgeError(error, 'ERR_SCHEMA_UNKNOWN')) throw error;
    events.unreadable();
    return null;
  }
}
