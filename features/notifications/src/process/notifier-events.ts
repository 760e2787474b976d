import type { Logger, Metrics } from '@gemini-events/service';
import type { AttemptResult } from '../deliver/attempt.ts';
import type { DelivererEvents } from '../deliver/deliverer.ts';
import { channelOf } from '../slack/slack-lane.ts';
import type { QueueDepth } from '../store/housekeeping.ts';
import type { NewMessage } from '../store/outbox.ts';

/** Every metric and log line of the notifier that the runtime's own do not tell. */
export interface NotifierEvents extends DelivererEvents {
  readonly queued: (messages: readonly NewMessage[]) => void;
  readonly observed: (depth: QueueDepth) => void;
  readonly rulesChanged: (rules: number) => void;
  readonly rulesRefused: (faults: string) => void;
  readonly pruned: (messages: number) => void;
  readonly apiFailed: (error: unknown) => void;
}

const WAYS = ['webhook', 'slack'] as const;
const OUTCOMES = ['delivered', 'refused', 'gone', 'throttled', 'failed'] as const;
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createNotifierEvents(
  log: Logger,
  metrics: Metrics,
  inFlight: () => number,
): NotifierEvents {
  const messages = metrics.counter(
    'gemini_events_notifier_messages_total',
    'Messages that rules led to, by the way they go.',
    ['way'],
  );
  const attempts = metrics.counter(
    'gemini_events_notifier_attempts_total',
    'Attempts by their outcome: delivered; refused for good; gone (410); throttled; failed.',
    ['way', 'outcome'],
  );
  const givenUp = metrics.counter(
    'gemini_events_notifier_given_up_total',
    'Deliveries that failed for good.',
    ['way'],
  );
  const duration = metrics.histogram(
    'gemini_events_notifier_attempt_seconds',
    'From the request to the end of the answer.',
    SECONDS,
    ['way'],
  );
  const delay = metrics.histogram(
    'gemini_events_notifier_delay_seconds',
    'From being queued to being delivered at the first attempt.',
    SECONDS,
    ['way'],
  );
  const disabled = metrics.counter(
    'gemini_events_notifier_disabled_total',
    'Endpoints that were switched off by themselves.',
    ['reason'],
  );
  const unclear = metrics.counter(
    'gemini_events_notifier_unclear_total',
    'Attempts that a process did not live to write down; they are made again.',
  );
  const failures = metrics.counter(
    'gemini_events_notifier_waits_total',
    'Failures of the database or of our own; each is tried again.',
  );
  const faults = metrics.gauge(
    'gemini_events_notifier_rules_refused',
    'Whether the rules that are there now have faults, 1 or 0; the ones before them hold.',
  );
  const waiting = metrics.gauge(
    'gemini_events_notifier_waiting',
    'Deliveries that wait, be they due or not.',
  );
  const overdue = metrics.gauge(
    'gemini_events_notifier_overdue_seconds',
    'For how long the one that is due longest is overdue; 0 where none is.',
  );
  metrics.gauge('gemini_events_notifier_in_flight', 'Attempts that are under way.', [], (gauge) =>
    gauge.set({}, inFlight()),
  );
  for (const way of WAYS) {
    messages.inc({ way }, 0);
    for (const outcome of OUTCOMES) attempts.inc({ way, outcome }, 0);
  }
  const wayOf = (lane: string) => (channelOf(lane) === null ? 'webhook' : 'slack');
  const count = (way: string, { kind, tookMs }: AttemptResult): void => {
    attempts.inc({ way, outcome: kind });
    duration.observe({ way }, tookMs / 1_000);
  };

  return {
    queued(added) {
      for (const { lane } of added) messages.inc({ way: wayOf(lane ?? '') });
    },
    settled(delivery, result, verdict) {
      const way = wayOf(delivery.lane);
      count(way, result);
      if (verdict.state === 'failed') givenUp.inc({ way });
      if (verdict.state === 'delivered' && delivery.number === 1) {
        const at = result.startedAt + result.tookMs;
        delay.observe({ way }, Math.max(0, at - delivery.queuedAt) / 1_000);
      }
      if (result.kind === 'delivered') return;
      const { lane, message, number } = delivery;
      const { status, error } = result;
      log.debug({ lane, message, number, status, error, next: verdict.state }, 'not delivered');
    },
    disabled({ id, health }, reason) {
      disabled.inc({ reason });
      log.warn({ endpoint: id, reason, failures: health.failures }, 'an endpoint is switched off');
    },
    reclaimed(count) {
      unclear.inc(count);
      log.warn({ count }, 'another process ended while it was sending; it is sent again');
    },
    awaited(error) {
      failures.inc();
      log.warn({ err: error }, 'tried again');
    },
    observed(depth) {
      waiting.set(depth.waiting);
      const ms = depth.oldestDueAt === null ? 0 : Date.now() - depth.oldestDueAt;
      overdue.set(Math.max(0, ms) / 1_000);
    },
    rulesChanged(rules) {
      faults.set(0);
      log.info({ rules }, 'the rules are read');
    },
    rulesRefused(text) {
      faults.set(1);
      log.error({ faults: text }, 'the rules have faults; those before them hold');
    },
    pruned: (count) => log.info({ count }, 'old messages are removed'),
    apiFailed: (error) => log.error({ err: error }, 'a call of the API failed'),
  };
}
