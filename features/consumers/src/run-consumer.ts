import { watchTopics } from '@gemini-events/kafka/admin';
import { createDecoder, createEncoder, createRegistry } from '@gemini-events/kafka/codec';
import { connectionFrom, createKafkaJs } from '@gemini-events/kafka/connection';
import { createRecordFeed } from '@gemini-events/kafka/feed';
import { createRecordProducer } from '@gemini-events/kafka/producer';
import { createPool, migrate } from '@gemini-events/postgres';
import { type ProcessingStatus, TOPICS, topicNames } from '@gemini-events/schemas';
import {
  configOrExit,
  type Logger,
  type Metrics,
  runService,
  untilSuccess,
} from '@gemini-events/service';
import { type ConsumerConfig, consumerConfig } from './config.ts';
import type { Consumer, Subscription } from './definition/define-consumer.ts';
import { routesOf } from './definition/event.ts';
import { createGeminiProof } from './proof/ask-gemini.ts';
import { systemClock } from './runtime/clock.ts';
import { createRuntime } from './runtime/create-runtime.ts';
import { followPauses, pausedBy } from './runtime/follow-pauses.ts';
import { createLastingPublish, type LastingPublish } from './runtime/lasting-publish.ts';
import { readinessOf } from './runtime/readiness.ts';
import { createConsumerEvents } from './runtime/runtime-events.ts';
import { startConsumer } from './runtime/start-consumer.ts';
import { createPostgresInbox } from './store/inbox/postgres-inbox.ts';
import { createPostgresParking } from './store/parking/postgres-parking.ts';
import { createPostgresPauses } from './store/pauses/postgres-pauses.ts';

const OBSERVE_MS = 2_000;
const HOUR_MS = 3_600_000;
/** Longer than the events themselves are kept. */
const INBOX_KEPT_MS = 100 * 24 * HOUR_MS;

/** What the process gives a consumer that brings parts of its own. */
export interface ConsumerTools {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** To the topics of `writes`; resolves when Kafka has acknowledged. */
  readonly publish: LastingPublish;
  /** Encodes the records of the topics of `writes`; ready before the first event is. */
  readonly encode: ReturnType<typeof createEncoder>;
  /** Timestamp of the oldest event that waits for another attempt, as of some seconds ago. */
  readonly oldestParked: () => number | null;
}

/** A consumer with configuration, topics or connections of its own. */
export interface ConsumerProcess<Name extends Subscription, Db> {
  readonly name: string;
  readonly config: ConsumerConfig;
  /** Topics of the bridge, without their prefix, that it writes to. @default none */
  readonly writes?: readonly string[];
  readonly define: (tools: ConsumerTools) => Consumer<Name, Db>;
  /** Called when no handler runs any more; what it publishes still gets out. */
  readonly drain?: () => Promise<void>;
  /** Called last. */
  readonly close?: () => Promise<void>;
}

/**
 * Runs a consumer as a process: configuration from the environment, group `<prefix>.<name>`, inbox and
 * parking in Postgres, health and metrics on ADMIN_PORT, a drain on SIGTERM. Never returns before that.
 */
export async function runConsumer<Name extends Subscription, Db>(
  definition: Consumer<Name, Db>,
): Promise<void> {
  const { name } = definition;
  await runConsumerProcess({
    name,
    config: configOrExit(consumerConfig),
    define: () => definition,
  });
}

/** {@link runConsumer} for one that brings parts of its own. */
export async function runConsumerProcess<Name extends Subscription, Db>(
  program: ConsumerProcess<Name, Db>,
): Promise<void> {
  const { name, config, writes = [] } = program;
  await runService({ name, config }, async ({ log, metrics, signal }) => {
    const { TOPIC_PREFIX: prefix, INSTANCE_ID: instance } = config;
    const events = createConsumerEvents(log, metrics);
    const names = topicNames(prefix);
    const written = TOPICS.filter(({ name: topic }) => writes.includes(topic));
    const outputs = written.map(({ name: topic }) => `${prefix}.${topic}`);
    const connection = connectionFrom(config, `${prefix}.${name}-${instance}`);
    const registry = createRegistry(config);
    const decoder = createDecoder(registry);
    const pool = createPool({
      connectionString: config.DATABASE_URL.reveal(),
      applicationName: `${prefix}.${name}`,
    });
    const apiKey = config.GEMINI_API_KEY;
    const producer = createRecordProducer({
      connection,
      topics: [names.processing, names.dlq(name), ...outputs],
      deliveryTimeoutMs: 10_000,
      maxInFlightBytes: 16 * 1024 * 1024,
      events: { connected: events.kafkaConnected, lost: events.kafkaLost },
    });
    let oldestParked: number | null = null;
    let encode = createEncoder(new Map());
    let encodeStatus: ((status: ProcessingStatus) => Buffer) | null = null;
    const consumer = program.define({
      log,
      metrics,
      publish: createLastingPublish(
        (record) => producer.publish(record),
        (error) => events.awaited('Kafka', error),
      ),
      encode: (record) => encode(record),
      oldestParked: () => oldestParked,
    }) as unknown as Consumer;
    const records = written.flatMap(({ record }) => record ?? []);
    const awaited = (what: string) => ({
      signal,
      onFailure: (error: unknown) => events.awaited(what, error),
    });
    const prepared = Promise.all([
      untilSuccess(() => migrate(pool), awaited('the database')),
      untilSuccess(
        () => registry.lookupSchemaIds(prefix, ['ProcessingStatus', ...records]),
        awaited('the schema ids'),
      ).then((ids) => {
        encode = createEncoder(ids);
        encodeStatus = (value) => encode({ name: 'ProcessingStatus', value });
      }),
    ]);
    const parking = createPostgresParking(pool);
    const inbox = createPostgresInbox(pool);
    const pauses = createPostgresPauses(pool);
    const listPauses = () => pauses.list(name);
    const runtime = createRuntime(consumer, {
      inbox: inbox as never,
      parking,
      decode: (bytes) => decoder.decode(bytes),
      publish: producer.publish,
      encodeStatus: () => encodeStatus,
      isOurs: createGeminiProof({
        baseUrl: config.GEMINI_BASE_URL,
        apiKey: apiKey === undefined ? null : () => apiKey.reveal(),
      }),
      topics: { processing: names.processing, deadLetters: names.dlq(name) },
      instance,
      clock: systemClock,
      log: (fields) => log.child(fields),
      events: events.runtime,
    });
    const inputs = [...routesOf(consumer.subscribe).map(names.events), names.replay(name)];
    const needed = [...inputs, names.dlq(name), ...outputs];
    const watch = watchTopics(createKafkaJs(connection), needed, {
      signal,
      onUnfit: (error) => events.awaited('the topics', error),
    });
    const running = prepared.then(async () => {
      // What was paused stays so over a start: nothing is taken before that is known.
      const paused = await untilSuccess(listPauses, awaited('the pauses'));
      runtime.pauses.set(pausedBy(paused));
      const started = startConsumer(runtime, (open) =>
        createRecordFeed({
          connection,
          groupId: `${prefix}.${name}`,
          topics: inputs,
          open,
          isPaused: (partition) => runtime.pauses.isPaused(partition),
          events: events.feed,
        }),
      );
      void followPauses(paused, {
        list: listPauses,
        setPaused: (now) => started.setPaused(now),
        onChange: events.paused,
        onFailure: (error) => events.awaited('the pauses', error),
        clock: systemClock,
        signal,
      });
      return started;
    });
    let isPrepared = false;
    running.then(
      () => {
        isPrepared = true;
      },
      () => undefined,
    );
    const observing = setInterval(() => {
      if (!isPrepared) return;
      void running.then(async (consumer) => {
        const counts = await parking.counts(name).catch(() => null);
        oldestParked = await parking.oldest(name).catch(() => oldestParked);
        events.observed(consumer.status(), counts);
      });
    }, OBSERVE_MS);
    const pruning = setInterval(
      () => void inbox.prune(Date.now() - INBOX_KEPT_MS).catch(() => 0),
      HOUR_MS,
    );
    let status = (): ReturnType<typeof readinessOf> => ({ ok: false, detail: 'preparing' });
    void running.then(
      (consumer) => {
        status = () => readinessOf(consumer.status());
      },
      () => undefined,
    );
    return {
      ready() {
        const missing = watch.reason();
        if (missing !== null) return { ok: false, detail: missing };
        return producer.status().ok ? status() : producer.status();
      },
      async stop() {
        clearInterval(observing);
        clearInterval(pruning);
        await running.then(
          (consumer) => consumer.stop(),
          () => undefined,
        );
        await program.drain?.();
        await producer.close();
        await pool.close();
        await program.close?.();
      },
    };
  });
}
