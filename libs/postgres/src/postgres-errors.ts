import { BridgeError, isBridgeError } from '@gemini-events/events';
import { DatabaseError } from 'pg';

/**
 * SQLSTATEs that say nothing against the statement: it may be repeated later. Classes: connection (08),
 * authorization (28), no such database (3D), rolled back for others' sake (40), resources (53), operator
 * intervention and timeouts (57), the server's system (58). Single ones: read-only after a failover,
 * idle in a transaction for too long, lock not available.
 */
const PASSING = /^(?:08|28|3D|40|53|57|58)|^(?:25006|25P03|55P03)$/;

/**
 * What went wrong with a connection or a statement, as an error of ours: `ERR_POSTGRES_UNAVAILABLE` where
 * it may pass by itself, else `ERR_POSTGRES_REFUSED`. One of ours stays as it is.
 */
export function toBridgeError(error: unknown): BridgeError {
  if (isBridgeError(error)) return error;
  if (!(error instanceof DatabaseError)) {
    return new BridgeError(
      'ERR_POSTGRES_UNAVAILABLE',
      `no answer of Postgres: ${reasonOf(error)}`,
      {
        cause: error,
      },
    );
  }
  const sqlState = error.code ?? '';
  const options = { cause: error, data: { sqlState } };
  return PASSING.test(sqlState)
    ? new BridgeError('ERR_POSTGRES_UNAVAILABLE', `Postgres: ${error.message}`, options)
    : new BridgeError('ERR_POSTGRES_REFUSED', `Postgres: ${error.message}`, options);
}

/** A refused connection to several addresses has a code, but no message. */
function reasonOf(error: unknown): string {
  const { message, code } = error as { readonly message?: string; readonly code?: string };
  return message || code || String(error);
}
