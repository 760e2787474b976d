import { hash, randomBytes } from 'node:crypto';
import {
  CUSTOMER_SCOPES,
  createPostgresApiTokens,
  OPERATOR_SCOPES,
  type TokenScope,
} from '@gemini-events/access';
import type { ApiAudit } from '@gemini-events/access/audit';
import { BridgeError } from '@gemini-events/events';
import { checkUrl } from '@gemini-events/http';
import { createAnswerCheck } from '@gemini-events/http-api/testing';
import { createTestDatabase } from '@gemini-events/postgres/testing';
import type { OutgoingWebhook, WebhookAnswer } from '../../deliver/send-webhook.ts';
import { createSealer } from '../../keys/sealer.ts';
import { createPostgresDeliveryLog } from '../../store/delivery-log.ts';
import { createPostgresEndpointSecrets } from '../../store/endpoint-secrets.ts';
import { createPostgresEndpoints, type Endpoint } from '../../store/endpoints.ts';
import { createPostgresRules } from '../../store/stored-rules.ts';
import { createApi } from '../create-api.ts';
import { openApiDocument } from '../open-api-document.ts';
import type { ApiParts } from '../parts.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Null where there is none. */
  readonly body: unknown;
}

const TABLES = [
  'endpoints',
  'secrets',
  'messages',
  'deliveries',
  'attempts',
  'lanes',
  'tokens',
  'rules',
];
export const ORIGIN = 'http://127.0.0.1:9';

const faultsOfAnswer = createAnswerCheck(openApiDocument());

/** The API on a database of its own. Each answer is held against the document. */
export async function makeApiBed(serverUrl: string) {
  const database = await createTestDatabase(serverUrl);
  const pool = database.pool();
  const sealer = createSealer([randomBytes(32)]);
  const audits: ApiAudit[] = [];
  const queued: string[] = [];
  const faults: unknown[] = [];
  const sent: OutgoingWebhook[] = [];
  const ownOrigins = [ORIGIN];
  let time = Date.now();
  let rulesChanged = 0;
  const answer: WebhookAnswer = {
    status: 200,
    error: null,
    retryAfterMs: null,
    head: '',
    kept: '',
    startedAt: 0,
    tookMs: 1,
  };
  let answerTo = (_webhook: OutgoingWebhook): Partial<WebhookAnswer> => ({});
  const parts: ApiParts = {
    endpoints: createPostgresEndpoints(pool),
    secrets: createPostgresEndpointSecrets(pool),
    tokens: createPostgresApiTokens(pool),
    deliveries: createPostgresDeliveryLog(pool),
    rules: createPostgresRules(pool),
    sealer,
    sender: {
      send(webhook) {
        sent.push(webhook);
        return Promise.resolve({ ...answer, ...answerTo(webhook) });
      },
    },
    checkUrl: (url) => void checkUrl(url, { allowedHosts: null, ownOrigins }),
    onQueued: (lane) => void queued.push(lane),
    readRule: (_name, definition) => {
      if ('faulty' in (definition as object)) {
        throw new BridgeError('ERR_RULES_INVALID', 'faulty: is not known');
      }
    },
    onRulesChanged: () => {
      rulesChanged += 1;
    },
    audit: (entry) => {
      audits.push(entry);
      return Promise.resolve();
    },
    results: null,
    onFault: (error) => void faults.push(error),
    now: () => time,
  };
  const makeApp = (more: Partial<ApiParts> = {}) => createApi({ ...parts, ...more });
  const app = makeApp();

  return {
    pool,
    parts,
    app,
    makeApp,
    audits,
    queued,
    faults,
    sent,
    rulesChanged: () => rulesChanged,
    /** Lets time pass for the limits. */
    pass: (ms: number) => {
      time += ms;
    },
    /** What endpoints answer from now on. */
    answerWith: (to: typeof answerTo) => {
      answerTo = to;
    },
    async makeToken(
      owner: string | null,
      scopes: readonly TokenScope[] = owner === null ? OPERATOR_SCOPES : CUSTOMER_SCOPES,
      expiresAt: number | null = null,
    ) {
      return (await parts.tokens.create({ owner, name: 'test', scopes, expiresAt })).token;
    },
    /** @throws TypeError the answer is not as the document has it */
    async call(
      token: string | null,
      method: string,
      path: string,
      body?: unknown,
      to: {
        readonly request: (path: string, init: RequestInit) => Response | Promise<Response>;
      } = app,
    ): Promise<Answer> {
      // Limits have tests of their own.
      time += 1_000;
      const response = await to.request(path, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const given: unknown = text === '' ? null : JSON.parse(text);
      const { status, headers } = response;
      const type = headers.get('content-type');
      const [plainPath = ''] = path.split('?');
      const wrong = faultsOfAnswer({ method, path: plainPath }, { status, type, body: given });
      if (wrong.length > 0) throw new TypeError(`${method} ${path}: ${wrong.join('; ')} ${text}`);
      return { status, headers, body: given };
    },
    /** An endpoint that is verified, without the API. */
    async makeEndpoint(owner: string, url = `${ORIGIN}/${owner}`): Promise<Endpoint> {
      const id = `ep_${randomBytes(12).toString('hex')}`;
      const added = await parts.endpoints.add({
        id,
        owner,
        url,
        description: '',
        types: null,
        maxPerSecond: null,
        maxConcurrent: null,
        secret: {
          id: `sec_${randomBytes(12).toString('hex')}`,
          kind: 'v1',
          sealed: sealer.seal(`whsec_${randomBytes(32).toString('base64')}`, id),
          publicKey: null,
        },
      });
      const active = added === null ? null : await parts.endpoints.verify(id, url);
      if (active === null) throw new TypeError('no endpoint');
      return active;
    },
    /** A delivery that is settled, with one attempt. @returns its id */
    async makeDelivery(lane: string, owner: string, state = 'failed'): Promise<string> {
      const [row] = await pool.query<{ id: string }>(
        `with m as (
           insert into gemini_events.notify_messages (id, owner, type, body, created_at)
           values ($1, $2, 'batch.succeeded', '{"type":"batch.succeeded"}', now()) returning id
         )
         insert into gemini_events.notify_deliveries
           (message, lane, state, attempts, triggered_by, queued_at, due_at, settled_at)
         select id, $3, $4, 1, 'event', now(), now(), now() from m returning id::text as id`,
        [`msg_${randomBytes(8).toString('hex')}`, owner, lane, state],
      );
      if (row === undefined) throw new TypeError('no delivery');
      await pool.query(
        `insert into gemini_events.notify_attempts
           (delivery, number, started_at, took_ms, status, error, answer)
         values ($1, 1, now(), 12, 500, 'ERR_ENDPOINT_STATUS', 'oh')`,
        [row.id],
      );
      return row.id;
    },
    /** Digests of all that the tables hold, but for when tokens were used. */
    async dump(): Promise<Readonly<Record<string, string>>> {
      const digests = TABLES.map(async (name) => {
        const rows = await pool.query<object>(
          `select to_jsonb(t) - 'last_used_at' as row from gemini_events.notify_${name} t order by 1`,
        );
        return [name, `${rows.length} rows ${hash('sha256', JSON.stringify(rows))}`] as const;
      });
      return Object.fromEntries(await Promise.all(digests));
    },
    clear: () =>
      pool.query(
        `truncate ${TABLES.map((name) => `gemini_events.notify_${name}`).join(', ')} cascade`,
      ),
    drop: () => database.drop(),
  };
}

export type ApiBed = Awaited<ReturnType<typeof makeApiBed>>;
