import { randomUUID } from 'node:crypto';
import { createPostgresApiTokens } from '@gemini-events/access';
import { createAuditor } from '@gemini-events/access/audit';
import { runConsumerProcess } from '@gemini-events/consumer/run';
import { checkUrl, createDispatcher, createHttpClient } from '@gemini-events/http';
import { type Listening, listen } from '@gemini-events/http-api';
import { labelsOfJobs } from '@gemini-events/launches';
import {
  createPostgresDeliveryLog,
  createPostgresDeliveryQueue,
  createPostgresEndpointSecrets,
  createPostgresEndpoints,
  createPostgresOutbox,
  createPostgresRules,
  type NewMessage,
  readRule,
  readRulesFile,
} from '@gemini-events/notifications';
import {
  createDeliverySender,
  createLaneBook,
  createResultLinks,
  createSealer,
  createSlackSender,
  createSwitchOff,
  createWebhookSender,
  type Deliverer,
  limitsOfLane,
  startDeliverer,
} from '@gemini-events/notifications/deliver';
import { createApi } from '@gemini-events/notifications/http';
import {
  createNotifierConsumer,
  createNotifierEvents,
  disabledNotices,
  followRules,
  keepHouse,
  readFirstRules,
} from '@gemini-events/notifications/process';
import { createOutputs, openResultsStore } from '@gemini-events/objects';
import { createPool, migrate } from '@gemini-events/postgres';
import { topicNames } from '@gemini-events/schemas';
import { configOrExit, createBatcher, untilSuccess } from '@gemini-events/service';
import { notifierConfig, notifierKeys } from './config.ts';

const HOUR_MS = 3_600_000;
/** A killed instance holds its lanes for so long at most. */
const LEASE_MS = 10_000;
/** Of the 25 s that a drain may take. */
const GRACE_MS = 10_000;
const ADDED_AT_A_TIME = 500;
const LABELS_AT_A_TIME = 500;

const config = configOrExit(notifierConfig);
const { TOPIC_PREFIX: prefix, INSTANCE_ID: instance, NOTIFIER_PUBLIC_URL: publicUrl } = config;
const rulesFile = config.NOTIFIER_RULES_FILE;
const firstRules = rulesFile === undefined ? null : readFirstRules(rulesFile);
const keys = notifierKeys(config);
const sealer = createSealer(keys);
const ending = new AbortController();

const own = config.NOTIFIER_OWN_ORIGINS;
const outgoing = {
  allowedHosts: null,
  allowedPorts: config.NOTIFIER_ALLOWED_PORTS,
  ownOrigins: own,
};
// Slack is the operator's own word, and customers must not have its exemptions: it has its own client.
const slackPolicy = {
  allowedHosts: ['slack.com', 'hooks.slack.com'],
  ownOrigins: [new URL(config.SLACK_API_URL).origin, ...(firstRules?.origins ?? [])],
};
const clientOf = (policy: typeof outgoing | typeof slackPolicy) =>
  createHttpClient({
    policy,
    totalTimeoutMs: config.NOTIFIER_TIMEOUT_MS,
    dispatcher: createDispatcher({
      policy,
      idleTimeoutMs: config.NOTIFIER_TIMEOUT_MS,
      connections: config.NOTIFIER_MAX_IN_FLIGHT,
    }),
  });
const http = clientOf(outgoing);
const slackHttp = clientOf(slackPolicy);
const pool = createPool({
  connectionString: config.DATABASE_URL.reveal(),
  applicationName: `${prefix}.notifier-deliveries`,
});
const store = publicUrl === undefined ? null : await openResultsStore(config, instance);
const links = publicUrl === undefined ? null : createResultLinks(publicUrl, keys);
const closers: (() => Promise<void>)[] = [];

await runConsumerProcess({
  name: 'notifier',
  config,
  writes: ['audit'],
  define({ log, metrics, publish, encode }) {
    let deliverer: Deliverer | null = null;
    const events = createNotifierEvents(log, metrics, () => deliverer?.inFlight() ?? 0);
    const outbox = createPostgresOutbox(pool);
    const endpoints = createPostgresEndpoints(pool);
    const storedRules = createPostgresRules(pool);
    const wake = (lanes: readonly string[]): void => deliverer?.wake(lanes);
    const rules = followRules({
      first: firstRules?.rules ?? null,
      read: rulesFile === undefined ? null : () => readRulesFile(rulesFile),
      stored: () => storedRules.list(),
      readRule,
      events,
    });
    const addAll = createBatcher<readonly NewMessage[], null>(async (given) => {
      wake(await outbox.add(given.flat()));
      return given.map(() => null);
    }, ADDED_AT_A_TIME);
    const add = async (messages: readonly NewMessage[]): Promise<void> => {
      await addAll(messages);
    };
    const queue = createPostgresDeliveryQueue(pool, {
      worker: `${instance}/${randomUUID()}`,
      leaseMs: LEASE_MS,
    });
    const webhooks = createWebhookSender({
      http,
      isOwn: (origin) => own.includes(origin),
      now: Date.now,
    });
    const channels = () => rules.current().channels;
    const deliver = (): Deliverer =>
      startDeliverer({
        queue,
        book: createLaneBook({
          limitsOf: (state) =>
            limitsOfLane(state, channels(), config.NOTIFIER_ENDPOINT_CONCURRENCY),
          now: Date.now,
        }),
        send: createDeliverySender({
          webhooks,
          slack: createSlackSender({ http: slackHttp, apiUrl: config.SLACK_API_URL }),
          channels,
          sealer,
          startThread: (...thread) => queue.startThread(...thread),
          now: Date.now,
        }),
        disable: createSwitchOff(endpoints, async (lane, reason) => {
          const channel = rules.current().notices;
          wake(await outbox.add(disabledNotices(lane, reason, { channel, now: Date.now() })));
        }),
        policy: {
          delaysMs: config.NOTIFIER_RETRY_DELAYS_MS,
          disableAfterMs: config.NOTIFIER_DISABLE_AFTER_HOURS * HOUR_MS,
        },
        slots: {
          all: config.NOTIFIER_MAX_IN_FLIGHT,
          failing: Math.floor(config.NOTIFIER_MAX_IN_FLIGHT / 4),
        },
        events,
        now: Date.now,
        random: Math.random,
      });
    const api = createApi({
      endpoints,
      secrets: createPostgresEndpointSecrets(pool),
      tokens: createPostgresApiTokens(pool),
      deliveries: createPostgresDeliveryLog(pool),
      rules: storedRules,
      sealer,
      sender: webhooks,
      checkUrl: (url) => void checkUrl(url, outgoing),
      onQueued: (lane) => wake([lane]),
      readRule: (name, definition) => readRule(name, definition, channels()),
      onRulesChanged: () => void rules.refresh().catch(events.awaited),
      audit: createAuditor({
        topic: topicNames(prefix).audit,
        publish,
        encode,
        signal: ending.signal,
        now: Date.now,
      }),
      results: store === null || links === null ? null : { links, outputs: createOutputs(store) },
      onFault: events.apiFailed,
      now: Date.now,
    });
    // A port that is taken ends the process: nobody would notice otherwise.
    const listening = listen(api, {
      host: config.NOTIFIER_API_HOST,
      port: config.NOTIFIER_API_PORT,
      portSetting: 'NOTIFIER_API_PORT',
    });
    void listening.then(({ port }) => log.info({ port }, 'the API listens'));
    const house = keepHouse(pool, { keptDays: config.NOTIFIER_KEPT_DAYS, events });
    const migrated = untilSuccess(() => migrate(pool), {
      signal: ending.signal,
      onFailure: events.awaited,
    }).then(
      async () => {
        await rules.refresh().catch(events.awaited);
        deliverer = deliver();
      },
      () => undefined,
    );
    closers.push(async () => {
      house.stop();
      rules.stop();
      await migrated;
      await Promise.all([
        deliverer?.stop(GRACE_MS),
        listening.then((server: Listening) => server.close()),
      ]);
    });
    return createNotifierConsumer({
      rules: () => rules.current().rules,
      pair: (step) => outbox.pair(step),
      links,
      jobLabels: createBatcher((ids) => labelsOfJobs(pool, ids), LABELS_AT_A_TIME),
      add,
      events,
      now: Date.now,
    });
  },
  async close() {
    ending.abort();
    for (const close of closers) await close();
    await Promise.all([http.close(), slackHttp.close(), pool.close(), store?.close()]);
  },
});
