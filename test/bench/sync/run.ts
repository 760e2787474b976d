import { setTimeout as delay } from 'node:timers/promises';
import { cloudEventHeaders, HEADER } from '@gemini-events/events';
import { createEncoder } from '@gemini-events/kafka/codec';
import type { ProcessingStatus, Result } from '@gemini-events/schemas';
import { CompressionTypes } from 'kafkajs';
import { withStack } from '../../kit/with-stack.ts';
import { makeReplayBed, type ReplayBed } from '../../replay/bed.ts';
import { countOf, startSync } from '../../sync/sync-process.ts';
import { cpuSeconds, residentMib } from '../cpu.ts';

export interface SyncRound {
  readonly events: number;
  readonly records: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMib: number;
}

const LIMIT_MS = 300_000;
const PORTION = 5_000;
/** Of five deliveries one is a repeat. */
const REPEATS = 5;

/** A backlog of events with their deliveries, statuses and results, until all of it is in Postgres. */
export function runSyncBench(options: {
  readonly events: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}): Promise<readonly SyncRound[]> {
  const { events, rounds, say } = options;
  return withStack('bench', async (stack) => {
    const measured: SyncRound[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const bed = await makeReplayBed(stack);
      try {
        const records = await fill(bed, events);
        const result = { events, records, ...(await drain(bed, events)) };
        measured.push(result);
        say(
          `  round ${round}: ${Math.round(events / result.seconds)} events/s, ${Math.round(records / result.seconds)} records/s, ${result.cpuSeconds.toFixed(1)} s of CPU, ${Math.round(result.peakMib)} MiB`,
        );
      } finally {
        await bed.close();
      }
    }
    return measured;
  });
}

async function drain(bed: ReplayBed, events: number) {
  const startedAt = performance.now();
  const sync = await startSync(bed);
  const isDone = async (): Promise<boolean> => {
    const counts = await Promise.all(
      ['events', 'lanes', 'results'].map((table) => countOf(bed.db, table).catch(() => 0)),
    );
    const deliveries = await countOf(bed.db, 'deliveries').catch(() => 0);
    return counts.every((count) => count === events) && deliveries >= events;
  };
  while (!(await isDone())) {
    if (performance.now() - startedAt > LIMIT_MS) throw new Error('not caught up in time');
    await delay(100);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const used = { cpuSeconds: cpuSeconds(sync.pid), peakMib: residentMib(sync.pid).peak };
  await sync.close();
  return { seconds, ...used };
}

/** @returns how many records */
async function fill(bed: ReplayBed, events: number): Promise<number> {
  const ids = await bed.registry.lookupSchemaIds(bed.prefix, ['ProcessingStatus', 'Result']);
  const encode = createEncoder(ids);
  const producer = bed.kafka.producer();
  await producer.connect();
  let records = 0;
  const send = async (
    topic: string,
    messages: readonly { key: string; value: Buffer; headers: Record<string, string> }[],
  ) => {
    records += messages.length;
    await producer.send({ topic, messages: [...messages], compression: CompressionTypes.None });
  };
  for (let from = 0; from < events; from += PORTION) {
    const numbers = Array.from({ length: Math.min(PORTION, events - from) }, (_, at) => from + at);
    const given = numbers.map((number) => ({
      id: `msg-${number}`,
      resource: `batches/b${number}`,
      type: 'batch.succeeded',
      at: Date.now(),
    }));
    await bed.publishEvents(given);
    records += given.length;
    const deliveries = given.flatMap((each, at) => (at % REPEATS === 0 ? [each, each] : [each]));
    await send(
      bed.topics.deliveries,
      deliveries.map(({ id, resource, type, at }) => ({
        key: resource,
        value: Buffer.alloc(500, 'x'),
        headers: {
          [HEADER.webhookId]: id,
          [HEADER.source]: 'default',
          [HEADER.route]: 'batch',
          [HEADER.scheme]: 'v1',
          ...cloudEventHeaders({
            eventId: id,
            source: 'default',
            type,
            subject: resource,
            time: at,
          }),
        },
      })),
    );
    await send(
      bed.topics.processing,
      given.map(({ id, resource, at }) => ({
        key: resource,
        headers: {},
        value: encode({ name: 'ProcessingStatus', value: statusOf(id, resource, at) }),
      })),
    );
    await send(
      bed.topics.results,
      given.map(({ id, resource, at }) => ({
        key: resource,
        headers: {},
        value: encode({ name: 'Result', value: resultOf(id, resource, at) }),
      })),
    );
  }
  await producer.disconnect();
  return records;
}

function statusOf(event_id: string, resource_id: string, at: number): ProcessingStatus {
  return {
    event_id,
    resource_id,
    type: 'batch.succeeded',
    source: 'default',
    consumer: 'results',
    state: 'done',
    attempt: 1,
    reason: null,
    error_code: null,
    due_at: null,
    progress_done: null,
    progress_total: null,
    progress_unit: null,
    at,
    instance: 'bench',
    topic: 'gemini.events.batch',
    partition: 0,
    offset: 0,
  };
}

function resultOf(event_id: string, resource_id: string, at: number): Result {
  return {
    event_id,
    resource_id,
    type: 'batch.succeeded',
    source: 'default',
    object_uri: `file:///results/${resource_id}.jsonl`,
    content_type: 'application/jsonl',
    size_bytes: 1_024,
    sha256: 'a'.repeat(64),
    stored_at: at,
    status: 'stored',
    part_count: 1,
    manifest_uri: null,
    row_count: 10,
    failed_row_count: 0,
    usage: { totalTokenCount: 10 },
    model: 'gemini-3-flash',
    error_code: null,
    error_message: null,
  };
}
