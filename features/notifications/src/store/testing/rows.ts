import { randomBytes } from 'node:crypto';
import type { PostgresPool } from '@gemini-events/postgres';
import { createPostgresEndpoints, type Endpoint, type NewEndpoint } from '../endpoints.ts';
import type { NewStoredSecret } from '../secret-sql.ts';

export const secret = (kind: 'v1' | 'v1a' = 'v1'): NewStoredSecret => ({
  id: `sec_${randomBytes(12).toString('hex')}`,
  kind,
  sealed: Buffer.from('sealed'),
  publicKey: kind === 'v1' ? null : 'whpk_x',
});

export const newEndpoint = (more: Partial<NewEndpoint> = {}): NewEndpoint => ({
  id: `ep_${randomBytes(12).toString('hex')}`,
  owner: 'acme',
  url: 'https://hooks.example.com/a',
  description: '',
  types: null,
  maxPerSecond: null,
  maxConcurrent: null,
  secret: secret(),
  ...more,
});

/** An endpoint that is verified. */
export async function activeEndpoint(
  pool: PostgresPool,
  more: Partial<NewEndpoint> = {},
): Promise<Endpoint> {
  const endpoints = createPostgresEndpoints(pool);
  const added = await endpoints.add(newEndpoint(more));
  const active = added === null ? null : await endpoints.verify(added.id, added.url);
  if (active === null) throw new TypeError('no endpoint');
  return active;
}

/** Empties all tables of the notifier. */
export async function clear(pool: PostgresPool): Promise<void> {
  await pool.query(`truncate gemini_events.notify_endpoints, gemini_events.notify_secrets,
    gemini_events.notify_messages, gemini_events.notify_deliveries, gemini_events.notify_attempts,
    gemini_events.notify_lanes, gemini_events.notify_rules`);
}

/** A message, with a delivery to `lane` in `state` where one is named. @returns the delivery's id */
export async function queue(
  pool: PostgresPool,
  message: {
    readonly id: string;
    readonly owner?: string;
    readonly type?: string;
    readonly body?: string;
    readonly createdAt?: number;
    readonly lane?: string;
    readonly state?: string;
    readonly settledAt?: number;
  },
): Promise<string> {
  const { id, owner = 'acme', type = 'batch.succeeded', body = '{}' } = message;
  const { createdAt = Date.now(), lane, state = 'waiting', settledAt = null } = message;
  await pool.query(
    `insert into gemini_events.notify_messages (id, owner, type, body, created_at)
     values ($1, $2, $3, $4, to_timestamp($5::float8 / 1000))`,
    [id, owner, type, body, createdAt],
  );
  if (lane === undefined) return '';
  const [row] = await pool.query<{ id: string }>(
    `insert into gemini_events.notify_deliveries
       (message, lane, state, step, attempts, triggered_by, queued_at, due_at, settled_at)
     values ($1, $2, $3, 3, 4, 'event', now(), now(), to_timestamp($4::float8 / 1000))
     returning id::text as id`,
    [id, lane, state, settledAt],
  );
  return row?.id ?? '';
}
