import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { PostgresPool } from '@gemini-events/postgres';
import { fromText, msOf, toText } from '@gemini-events/postgres';
import type { TokenScope } from '../scopes.ts';

/** What is known of a token; the token itself is not. Times are milliseconds since 1970. */
export interface ApiToken {
  readonly id: string;
  /** Whose endpoints it is good for; null: an operator's, for all. */
  readonly owner: string | null;
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  readonly createdAt: number;
  /** Null: never. */
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** To the minute. */
  readonly lastUsedAt: number | null;
}

export type NewApiToken = Pick<ApiToken, 'owner' | 'name' | 'scopes' | 'expiresAt'>;

/** Tokens of the APIs. Throws as the pool does. */
export interface ApiTokens {
  /** @returns the token as well, which nobody can tell again */
  create(token: NewApiToken): Promise<{ readonly token: string; readonly entry: ApiToken }>;
  /** The id that a token names, right or wrong; null where it has not the form of one. */
  idOf(token: string): string | null;
  /** Whose token this is. Null: of nobody, or it has expired or was revoked. */
  check(token: string): Promise<ApiToken | null>;
  /** The newest first. */
  list(page: {
    readonly limit: number;
    readonly after: { readonly createdAt: number; readonly id: string } | null;
  }): Promise<readonly ApiToken[]>;
  /** False: there is none, or it was revoked before. */
  revoke(id: string): Promise<boolean>;
}

const FORM = /^gne_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
const USED_EVERY_MS = 60_000;
const NOW = `date_trunc('milliseconds', clock_timestamp())`;
const COLUMNS = `id, owner, name, scopes, ${msOf('created_at')} as "createdAt",
  ${msOf('expires_at')} as "expiresAt", ${msOf('revoked_at')} as "revokedAt",
  ${msOf('last_used_at')} as "lastUsedAt"`;

export function createPostgresApiTokens(pool: Pick<PostgresPool, 'query'>): ApiTokens {
  return {
    idOf: (token) => FORM.exec(token)?.[1] ?? null,
    async create({ owner, name, scopes, expiresAt }) {
      const id = randomBytes(8).toString('hex');
      const secret = randomBytes(32).toString('base64url');
      const [row] = await pool.query<ApiToken>(
        `insert into gemini_events.notify_tokens
           (id, owner, name, scopes, hash, created_at, expires_at)
         values ($1, $2, $3, $4, $5, ${NOW}, to_timestamp($6::float8 / 1000))
         returning ${COLUMNS}`,
        [id, owner, toText(name), scopes, hashOf(secret), expiresAt],
      );
      if (row === undefined) throw new TypeError('an insert gave no row');
      return { token: `gne_${id}_${secret}`, entry: toToken(row) };
    },
    async check(token) {
      const [, id, secret] = FORM.exec(token) ?? [];
      if (id === undefined || secret === undefined) return null;
      const [row] = await pool.query<ApiToken & { readonly hash: Buffer; readonly stale: boolean }>(
        `select ${COLUMNS}, hash, (last_used_at is null
             or last_used_at < clock_timestamp() - make_interval(secs => $2::float8 / 1000)) as stale
         from gemini_events.notify_tokens
         where id = $1 and revoked_at is null
           and (expires_at is null or expires_at > clock_timestamp())`,
        [id, USED_EVERY_MS],
      );
      if (row === undefined || !timingSafeEqual(row.hash, hashOf(secret))) return null;
      if (row.stale) {
        await pool.query(
          `update gemini_events.notify_tokens set last_used_at = clock_timestamp() where id = $1`,
          [id],
        );
      }
      const { hash: _hash, stale: _stale, ...entry } = row;
      return toToken(entry);
    },
    async list({ limit, after }) {
      const rows = await pool.query<ApiToken>(
        `select ${COLUMNS} from gemini_events.notify_tokens
         where $2::float8 is null or (created_at, id) < (to_timestamp($2::float8 / 1000), $3)
         order by created_at desc, id desc limit $1`,
        [limit, after?.createdAt ?? null, after?.id ?? ''],
      );
      return rows.map(toToken);
    },
    async revoke(id) {
      const rows = await pool.query<object>(
        `update gemini_events.notify_tokens set revoked_at = clock_timestamp()
         where id = $1 and revoked_at is null returning 1`,
        [id],
      );
      return rows.length > 0;
    },
  };
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function toToken(row: ApiToken): ApiToken {
  const whole = (time: number | null): number | null => (time === null ? null : Math.round(time));
  return {
    ...row,
    name: fromText(row.name),
    createdAt: Math.round(row.createdAt),
    expiresAt: whole(row.expiresAt),
    revokedAt: whole(row.revokedAt),
    lastUsedAt: whole(row.lastUsedAt),
  };
}
