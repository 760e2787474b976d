import type { FeedEvents, FeedStatus } from '@gemini-events/kafka/feed';
import type { Logger, Metrics } from '@gemini-events/service';
import type { Pause } from '../store/pauses/pauses.ts';
import type { RuntimeEvents } from './ports.ts';

const SECONDS = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800];
const STATES = ['done', 'skipped', 'repeat', 'dead_lettered'] as const;

export interface ConsumerEvents {
  readonly runtime: RuntimeEvents;
  readonly feed: FeedEvents;
  readonly observed: (status: FeedStatus, parked: ReadonlyMap<number, number> | null) => void;
  readonly awaited: (what: string, error: unknown) => void;
  readonly kafkaConnected: () => void;
  readonly kafkaLost: (cause: unknown) => void;
  /** By hand. */
  readonly paused: (pause: Pause, isPaused: boolean) => void;
}

/** Every metric and log line of a consumer. */
export function createConsumerEvents(log: Logger, metrics: Metrics): ConsumerEvents {
  const name = (rest: string): string => `gemini_events_consumer_${rest}`;
  const events = metrics.counter(name('events_total'), 'Events by what became of them.', ['state']);
  for (const state of STATES) events.inc({ state }, 0);
  const failures = metrics.counter(name('failures_total'), 'Attempts that failed, by error code.', [
    'code',
  ]);
  const parkedTotal = metrics.counter(name('parked_total'), 'Records that were parked.');
  const buried = metrics.counter(name('dead_letters_total'), 'Dead letters, by error code.', [
    'code',
  ]);
  const leasesLost = metrics.counter(name('leases_lost_total'), 'Events whose lease was lost.');
  const forced = metrics.counter(
    name('forced_revokes_total'),
    'Partitions that were taken away before their handlers had ended.',
  );
  const running = metrics.gauge(name('handlers_running'), 'Handlers that run now.');
  const parked = metrics.gauge(name('parked'), 'Records that are parked, by partition.', [
    'partition',
  ]);
  const lag = metrics.gauge(name('lag'), 'Records that are not settled yet, by partition.', [
    'partition',
  ]);
  const stalled = metrics.gauge(
    name('stalled_seconds'),
    'Time without progress although there is something to do, by partition.',
    ['partition'],
  );
  const pausedGauge = metrics.gauge(name('paused'), '1 for a paused partition.', ['partition']);
  const duration = metrics.histogram(
    name('duration_seconds'),
    'From taking an event to its settlement, waits included.',
    SECONDS,
  );
  const runtime: RuntimeEvents = {
    settled(state, seconds) {
      events.inc({ state });
      duration.observe(seconds);
    },
    running: (change) => running.inc(change),
    attemptFailed(job, attempt, error) {
      failures.inc({ code: error.code });
      log.warn({ ...subject(job), attempt, ...error }, 'an attempt failed');
    },
    parked: (records) => parkedTotal.inc(records),
    buried(job, code) {
      buried.inc({ code });
      log.error({ ...subject(job), code }, 'gave up; the event is a dead letter');
    },
    leaseLost(job) {
      leasesLost.inc();
      log.warn(subject(job), 'the lease was lost; somebody else decides about the event');
    },
    blocked: (what, err) => log.warn({ err, what }, 'cannot go on; tried again'),
  };
  const feed: FeedEvents = {
    joined: (partitions, generation) => log.info({ partitions, generation }, 'joined the group'),
    forced(partitions) {
      forced.inc(partitions.length);
      log.warn({ partitions }, 'partitions were taken away before their handlers had ended');
    },
    failed: (what, err) => log.warn({ err, what }, 'cannot go on; tried again'),
    gap: (topic, partition, from, to) =>
      log.error({ topic, partition, from, to }, 'records were removed before they were read'),
  };
  return {
    runtime,
    feed,
    observed(status, counts) {
      for (const gauge of [lag, stalled, pausedGauge]) gauge.reset();
      for (const each of status.partitions) {
        const labels = { partition: String(each.partition) };
        lag.set(labels, each.lag);
        stalled.set(labels, each.stalledMs / 1_000);
        pausedGauge.set(labels, Number(each.isPaused));
      }
      if (counts === null) return;
      parked.reset();
      for (const [partition, count] of counts) parked.set({ partition: String(partition) }, count);
    },
    awaited: (what, err) => log.warn({ err }, `waiting for ${what}; tried again`),
    kafkaConnected: () => log.info('connected to Kafka'),
    kafkaLost: (err) => log.warn({ err }, 'Kafka cannot be reached'),
    paused: ({ partition, actor, reason }, isPaused) =>
      isPaused
        ? log.warn({ partition, actor, reason }, 'paused by hand')
        : log.warn({ partition }, 'resumed by hand'),
  };
}

function subject({ key, event }: Parameters<RuntimeEvents['leaseLost']>[0]): object {
  return { key, eventId: event?.event_id ?? null };
}
