import { hash } from 'node:crypto';
import { AGENT_SCOPES, createPostgresApiTokens, type TokenScope } from '@gemini-events/access';
import type { ApiAudit } from '@gemini-events/access/audit';
import { createPostgresApprovals, type NewApproval } from '@gemini-events/approvals';
import { BridgeError } from '@gemini-events/events';
import { createAnswerCheck } from '@gemini-events/http-api/testing';
import { createTestDatabase } from '@gemini-events/postgres/testing';
import {
  createPostgresRunJournal,
  createPostgresRuns,
  type NewRun,
  type Run,
} from '@gemini-events/workflows/store';
import { createApi } from '../create-api.ts';
import { openApiDocument } from '../open-api-document.ts';
import type { ApiParts } from '../parts.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Null where there is none. */
  readonly body: unknown;
}

/** What can be asked: the app, or a server before it. */
interface Asked {
  readonly request: (path: string, init: RequestInit) => Response | Promise<Response>;
}

const TABLES = ['approvals', 'approval_log', 'runs', 'run_steps', 'run_waits', 'notify_tokens'];
export const SIGNING_SECRET = '8f742231b10e8888abcd99yyyzzz85a5';
const HOUR_MS = 3_600_000;

const faultsOfAnswer = createAnswerCheck(openApiDocument());

/** The API on a database of its own. Each answer is held against the document. */
export async function makeApiBed(serverUrl: string) {
  const database = await createTestDatabase(serverUrl);
  const pool = database.pool();
  const tokens = createPostgresApiTokens(pool);
  const approvals = createPostgresApprovals(pool);
  const runs = createPostgresRuns(pool);
  const journal = createPostgresRunJournal(pool);
  const audits: ApiAudit[] = [];
  const faults: unknown[] = [];
  const refused: string[] = [];
  const responded: { readonly url: string; readonly body: object }[] = [];
  let time = Date.now();
  let made = 0;

  const known = async (id: string): Promise<Run> => {
    const run = await runs.find(id);
    if (run === null) throw new BridgeError('ERR_RUN_UNKNOWN', `there is no run ${id}`);
    return run;
  };
  const parts: ApiParts = {
    approvals,
    runs,
    journal,
    tokens,
    // As the engine has it, without what it keeps itself.
    engine: {
      async cancel(id) {
        const { state } = await known(id);
        if (state !== 'running' && state !== 'waiting') throw wrongState(id, state);
        await runs.end(id, { state: 'cancelled' });
      },
      async redrive(id) {
        const { state } = await known(id);
        if (!(await runs.reopen(id))) throw wrongState(id, state);
      },
    },
    audit: (entry) => {
      audits.push(entry);
      return Promise.resolve();
    },
    slack: {
      secrets: [SIGNING_SECRET],
      respond: (url, body) => {
        responded.push({ url, body });
        return Promise.resolve();
      },
      onRefused: (reason) => void refused.push(reason),
    },
    onFault: (error) => void faults.push(error),
    now: () => time,
  };
  const makeApp = (more: Partial<ApiParts> = {}) => createApi({ ...parts, ...more });
  const app = makeApp();

  /** @throws TypeError the answer is not as the document has it */
  const request = async (path: string, init: RequestInit, to: Asked = app): Promise<Answer> => {
    const response = await to.request(path, init);
    const text = await response.text();
    const given: unknown = text === '' ? null : JSON.parse(text);
    const { status, headers } = response;
    const type = headers.get('content-type');
    const [plainPath = ''] = path.split('?');
    const asked = { method: init.method ?? 'GET', path: plainPath };
    const wrong = faultsOfAnswer(asked, { status, type, body: given });
    if (wrong.length > 0) throw new TypeError(`${path}: ${wrong.join('; ')} ${text}`);
    return { status, headers, body: given };
  };

  return {
    pool,
    parts,
    app,
    makeApp,
    audits,
    faults,
    refused,
    responded,
    request,
    now: () => time,
    pass: (ms: number) => {
      time += ms;
    },
    async makeToken(
      owner: string | null = null,
      scopes: readonly TokenScope[] = AGENT_SCOPES,
      expiresAt: number | null = null,
    ) {
      const { token, entry } = await tokens.create({ owner, name: 'test', scopes, expiresAt });
      return { token, id: entry.id };
    },
    revoke: (id: string) => tokens.revoke(id),
    call(token: string | null, method: string, path: string, body?: unknown, to?: Asked) {
      // Limits have tests of their own.
      time += 1_000;
      const init = {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      };
      return request(path, init, to);
    },
    /** @returns its id */
    async makeApproval(more: Partial<NewApproval> = {}): Promise<string> {
      made += 1;
      const id = more.id ?? `ap_${String(made).padStart(24, '0')}`;
      const { isNew } = await approvals.request(pool, {
        id,
        runId: 'orders/main/batch.succeeded/batches/b1',
        workflow: 'orders',
        source: 'main',
        resourceId: 'batches/b1',
        title: 'Send 120 letters?',
        evidence: '{"letters":120}',
        choices: [
          { name: 'approve', label: 'Approve', approves: true },
          { name: 'reject', label: 'Reject', approves: false },
        ],
        approvers: null,
        defaultChoice: null,
        requestedAt: Date.now(),
        expiresAt: Date.now() + HOUR_MS,
        ...more,
      });
      if (!isNew) throw new TypeError('it was there');
      return id;
    },
    /** @returns its id, which has slashes as those of real ones */
    async makeRun(more: Partial<NewRun> = {}): Promise<string> {
      made += 1;
      const resourceId = `batches/b${made}`;
      const id = more.id ?? `orders/main/batch.succeeded/${resourceId}`;
      await runs.begin({
        id,
        workflow: 'orders',
        version: 1,
        source: 'main',
        eventId: `evt_${made}`,
        type: 'batch.succeeded',
        resourceId,
        ...more,
      });
      return id;
    },
    /** Digests of all that the tables hold, but for when tokens were used. */
    async dump(): Promise<Readonly<Record<string, string>>> {
      const digests = TABLES.map(async (name) => {
        const rows = await pool.query<object>(
          `select to_jsonb(t) - 'last_used_at' as row from gemini_events.${name} t order by 1`,
        );
        return [name, `${rows.length} rows ${hash('sha256', JSON.stringify(rows))}`] as const;
      });
      return Object.fromEntries(await Promise.all(digests));
    },
    clear: () =>
      pool.query(
        `truncate ${TABLES.map((name) => `gemini_events.${name}`).join(', ')} restart identity cascade`,
      ),
    drop: () => database.drop(),
  };
}

export type ApiBed = Awaited<ReturnType<typeof makeApiBed>>;

function wrongState(id: string, state: string): BridgeError {
  return new BridgeError('ERR_RUN_STATE', `run ${id} is ${state}`);
}
