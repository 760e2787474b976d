import type { PostgresPool } from '@gemini-events/postgres';
import { msOf } from '@gemini-events/postgres';
import type { SealedSecret } from './delivery-queue.ts';
import { type EndpointSecret, insertSecret, type NewStoredSecret } from './secret-sql.ts';

/** Secrets of one endpoint that are valid at once: more are no rotation any more. */
export const MOST_SECRETS = 5;

/** What deliveries to an endpoint are signed with. Throws as the pool does. */
export interface EndpointSecrets {
  /** Those that are valid, the newest first; never what they are. */
  list(endpoint: string): Promise<readonly EndpointSecret[]>;
  /** Those that are valid, the newest first, as they were sealed. */
  sealed(endpoint: string): Promise<readonly SealedSecret[]>;
  /**
   * Rotates: the new one is the current one of its kind, and former ones are valid for `overlapMs` at
   * most. As a kind is only ever replaced by itself, the `v1` of the beginning has always a successor.
   * @returns `too_many` where more than {@link MOST_SECRETS} were valid then; null: no such endpoint
   */
  add(
    endpoint: string,
    secret: NewStoredSecret,
    overlapMs: number,
  ): Promise<EndpointSecret | 'too_many' | null>;
}

const VALID = `(expires_at is null or expires_at > clock_timestamp())`;
const COLUMNS = `id, kind, public_key as "publicKey", ${msOf('created_at')} as "createdAt",
  ${msOf('expires_at')} as "expiresAt"`;

export function createPostgresEndpointSecrets(
  pool: Pick<PostgresPool, 'query' | 'transaction'>,
): EndpointSecrets {
  return {
    async list(endpoint) {
      const rows = await pool.query<EndpointSecret>(
        `select ${COLUMNS} from gemini_events.notify_secrets
         where endpoint = $1 and ${VALID} order by created_at desc, id`,
        [endpoint],
      );
      return rows.map(toSecret);
    },
    sealed: (endpoint) =>
      pool.query<SealedSecret>(
        `select id, kind, sealed from gemini_events.notify_secrets
         where endpoint = $1 and ${VALID} order by created_at desc, id`,
        [endpoint],
      ),
    add: (endpoint, secret, overlapMs) =>
      pool.transaction(async ({ query }) => {
        // Two rotations at once come one after the other.
        const owners = await query<object>(
          'select 1 from gemini_events.notify_endpoints where id = $1 for no key update',
          [endpoint],
        );
        if (owners.length === 0) return null;
        await query(
          `delete from gemini_events.notify_secrets where endpoint = $1 and not ${VALID}`,
          [endpoint],
        );
        const [count] = await query<{ others: number }>(
          `select count(*) filter (where kind <> $2 or $3::float8 > 0)::integer as others
           from gemini_events.notify_secrets where endpoint = $1`,
          [endpoint, secret.kind, overlapMs],
        );
        if ((count?.others ?? 0) >= MOST_SECRETS) return 'too_many';
        await query(
          `update gemini_events.notify_secrets set expires_at = least(
             coalesce(expires_at, 'infinity'),
             clock_timestamp() + make_interval(secs => $3::float8 / 1000))
           where endpoint = $1 and kind = $2`,
          [endpoint, secret.kind, overlapMs],
        );
        await insertSecret(query, endpoint, secret);
        const [row] = await query<EndpointSecret>(
          `select ${COLUMNS} from gemini_events.notify_secrets where id = $1`,
          [secret.id],
        );
        return row === undefined ? null : toSecret(row);
      }),
  };
}

function toSecret(row: EndpointSecret): EndpointSecret {
  return {
    ...row,
    createdAt: Math.round(row.createdAt),
    expiresAt: row.expiresAt === null ? null : Math.round(row.expiresAt),
  };
}
