import { setTimeout as delay } from 'node:timers/promises';
import type { Io } from '@gemini-events/cli-kit';
import { configOf, resultsListConfig } from '@gemini-events/cli-kit/config';
import { cursorsOf } from '@gemini-events/cli-kit/cursors';
import { createMatch, labelsFrom } from '@gemini-events/consumer/select';
import { HEADER } from '@gemini-events/events';
import { Cluster } from '@gemini-events/kafka/cluster';
import { createDecoder, createRegistry } from '@gemini-events/kafka/codec';
import { connectionFrom } from '@gemini-events/kafka/connection';
import { type Cursor, fetchPortions } from '@gemini-events/kafka/reader';
import { createNamedHeaders, type RawRecord } from '@gemini-events/kafka/wire';
import { topicNames } from '@gemini-events/schemas';

const ROUTES = ['batch', 'interaction', 'video', 'unknown'] as const;
const LIMITS = { maxWaitMs: 250, maxBytes: 1024 * 1024, partitionBytes: 256 * 1024 };
const RETRY_MS = 1_000;

/** Prints events as they come, until a signal or until there were enough. @throws BridgeError */
export async function tail(
  io: Io,
  options: {
    readonly type?: readonly string[] | undefined;
    readonly resource?: readonly string[] | undefined;
    readonly source?: readonly string[] | undefined;
    readonly since?: number | undefined;
    readonly count?: number | undefined;
    readonly json?: true | undefined;
  },
): Promise<void> {
  const { type = [], resource = [], source = [], since, count = Infinity, json = false } = options;
  const config = configOf(resultsListConfig, io);
  const cluster = new Cluster(connectionFrom(config, `${config.TOPIC_PREFIX}.cli`));
  const decoder = createDecoder(createRegistry(config));
  const filter = { types: type, resources: resource, sources: source };
  const match = createMatch(
    { ...filter, labels: {}, eventIds: null, since: since ?? null, until: null },
    labelsFrom(decoder),
  );
  const headersOf = createNamedHeaders();
  const ending = new AbortController();
  const end = (): void => ending.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  let left = count;
  try {
    for await (const record of follow(cluster, topicsOf(config.TOPIC_PREFIX), since, {
      signal: ending.signal,
      onFailure: (error) => io.talk(`tried again: ${String(error)}`),
    })) {
      if ((await match(record)) === null) continue;
      if (json) {
        const { value } = await decoder.decode(record.value ?? Buffer.alloc(0));
        io.out(JSON.stringify(value));
      } else io.out(lineOf(record, headersOf(record)));
      left -= 1;
      if (left === 0) return;
    }
  } finally {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
    await cluster.close();
  }
}

function topicsOf(prefix: string): readonly string[] {
  return ROUTES.map((route) => topicNames(prefix).events(route));
}

/** Records of several topics as they come, in order per partition. Outlives outages. */
async function* follow(
  cluster: Cluster,
  topics: readonly string[],
  since: number | undefined,
  options: { readonly signal: AbortSignal; readonly onFailure: (error: unknown) => void },
): AsyncGenerator<RawRecord, void> {
  const { signal, onFailure } = options;
  let cursors: Cursor[] = [];
  while (!signal.aborted) {
    try {
      if (cursors.length === 0) cursors = await cursorsOf(cluster, topics, since);
      const portions = await fetchPortions(cluster, cursors, LIMITS);
      for (const { records } of portions) yield* records();
    } catch (error) {
      if (signal.aborted) return;
      onFailure(error);
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

function lineOf(
  record: RawRecord,
  headers: ReturnType<ReturnType<typeof createNamedHeaders>>,
): string {
  const text = (name: string): string => headers[name]?.toString() ?? '-';
  const time = new Date(record.timestamp).toISOString();
  return [time, text('ce_type'), text('ce_subject'), text(HEADER.source), text('ce_id')].join('  ');
}
