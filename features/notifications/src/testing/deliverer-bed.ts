import { randomBytes, randomUUID } from 'node:crypto';
import { createDispatcher, createHttpClient } from '@gemini-events/http';
import { createTestDatabase } from '@gemini-events/postgres/testing';
import type { RetryPolicy, Verdict } from '../deliver/decide-attempt.ts';
import { type Deliverer, startDeliverer } from '../deliver/deliverer.ts';
import { createLaneBook } from '../deliver/lane-book.ts';
import { limitsOfLane } from '../deliver/lane-limits.ts';
import { createDeliverySender } from '../deliver/send-delivery.ts';
import { createSlackSender } from '../deliver/send-slack.ts';
import { createWebhookSender } from '../deliver/send-webhook.ts';
import { createSwitchOff } from '../deliver/switch-off.ts';
import { createSealer } from '../keys/sealer.ts';
import type { SecretKind } from '../keys/signing-keys.ts';
import { makeStoredSecret } from '../keys/stored-secret.ts';
import type { SlackChannel } from '../rules/rule.ts';
import { createPostgresDeliveryQueue } from '../store/delivery-queue.ts';
import { createPostgresEndpointSecrets } from '../store/endpoint-secrets.ts';
import { createPostgresEndpoints } from '../store/endpoints.ts';
import { createPostgresOutbox, type NewMessage } from '../store/outbox.ts';

const OVERLAP_MS = 3_600_000;
const POLICY: RetryPolicy = { delaysMs: [100, 100, 100], disableAfterMs: 3_600_000 };

/** The deliverer on a database of its own; it may go to the origins that are named. */
export async function makeDelivererBed(serverUrl: string, origins: readonly string[]) {
  const database = await createTestDatabase(serverUrl);
  const pool = database.pool();
  const sealer = createSealer([randomBytes(32)]);
  const outbox = createPostgresOutbox(pool);
  const endpoints = createPostgresEndpoints(pool);
  const channels = new Map<string, SlackChannel>();
  const running: Deliverer[] = [];
  const policy = { allowedHosts: null, ownOrigins: origins };
  const http = createHttpClient({
    policy,
    totalTimeoutMs: 2_000,
    dispatcher: createDispatcher({ policy, idleTimeoutMs: 2_000 }),
  });

  return {
    pool,
    outbox,
    sealer,
    channels,
    /** @returns its id and the secret that its owner knows */
    async addEndpoint(url: string, more: { readonly perSecond?: number; owner?: string } = {}) {
      const id = `ep_${randomUUID().slice(0, 8)}`;
      const { stored, shown } = makeStoredSecret(sealer, id, 'v1');
      await endpoints.add({
        id,
        owner: more.owner ?? 'acme',
        url,
        description: '',
        types: null,
        maxPerSecond: more.perSecond ?? null,
        maxConcurrent: null,
        secret: stored,
      });
      await endpoints.verify(id, url);
      return { id, secret: shown ?? '' };
    },
    /** Former secrets stay valid. @returns what its owner is shown of the new one */
    async addSecret(endpoint: string, kind: SecretKind): Promise<string> {
      const { stored, shown } = makeStoredSecret(sealer, endpoint, kind);
      await createPostgresEndpointSecrets(pool).add(endpoint, stored, OVERLAP_MS);
      return shown ?? '';
    },
    message: (id: string, more: Partial<NewMessage> = {}): NewMessage => ({
      id,
      owner: 'acme',
      type: 'batch.succeeded',
      source: 'default',
      eventId: id,
      resourceId: 'batches/b1',
      rule: 'all',
      body: JSON.stringify({ type: 'batch.succeeded', data: { id } }),
      createdAt: Date.now(),
      lane: null,
      thread: null,
      ...more,
    }),
    start(more: Partial<RetryPolicy> & { readonly leaseMs?: number } = {}) {
      const { leaseMs = 10_000, ...changed } = more;
      const queue = createPostgresDeliveryQueue(pool, { worker: randomUUID(), leaseMs });
      const disabled: string[] = [];
      const verdicts: Verdict[] = [];
      const deliverer = startDeliverer({
        queue,
        book: createLaneBook({
          limitsOf: (state) => limitsOfLane(state, channels, 8),
          now: Date.now,
        }),
        send: createDeliverySender({
          webhooks: createWebhookSender({
            http,
            isOwn: (origin) => origins.includes(origin),
            now: Date.now,
          }),
          slack: createSlackSender({ http, apiUrl: `${origins[0]}/api` }),
          channels: () => channels,
          sealer,
          startThread: (...thread) => queue.startThread(...thread),
          now: Date.now,
        }),
        disable: createSwitchOff(endpoints, async () => undefined),
        policy: { ...POLICY, ...changed },
        slots: { all: 64, failing: 16 },
        events: {
          settled: (_delivery, _result, verdict) => verdicts.push(verdict),
          disabled: ({ id }, reason) => disabled.push(`${id} ${reason}`),
          reclaimed: () => undefined,
          awaited: () => undefined,
        },
        now: Date.now,
        random: () => 0.5,
      });
      running.push(deliverer);
      return { deliverer, disabled, verdicts };
    },
    async states(): Promise<readonly string[]> {
      const rows = await pool.query<{ state: string }>(
        `select state from gemini_events.notify_deliveries order by id`,
      );
      return rows.map(({ state }) => state);
    },
    async attempts() {
      return pool.query<{
        readonly number: number;
        readonly status: number | null;
        readonly error: string | null;
        readonly answer: string;
      }>(
        `select number, status, error, answer from gemini_events.notify_attempts
         order by delivery, number`,
      );
    },
    async close(): Promise<void> {
      await Promise.all(running.map((each) => each.stop(0)));
      await http.close();
      await database.drop();
    },
  };
}
