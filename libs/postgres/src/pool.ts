import { BridgeError, isBridgeError } from '@gemini-events/events';
import { Pool, type PoolClient } from 'pg';
import { toBridgeError } from './postgres-errors.ts';

export interface PoolOptions {
  /** `postgres://user:password@host:port/database`; TLS as its `sslmode` says. */
  readonly connectionString: string;
  /** How the server names our connections, in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Connections at most. @default 8 */
  readonly size?: number;
  /** For a connection, be it a new one or a free one of the pool. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** The server cancels a statement that takes longer. @default 15000 */
  readonly statementTimeoutMs?: number;
  /** The server ends a transaction in which nothing happens for longer. @default 60000 */
  readonly idleInTransactionTimeoutMs?: number;
  /** Told of a connection that broke while nobody used it. It is replaced when it is needed. */
  readonly onIdleError?: (error: BridgeError) => void;
}

interface Queries {
  /**
   * Runs one statement.
   * @throws BridgeError ERR_POSTGRES_UNAVAILABLE, ERR_POSTGRES_REFUSED
   */
  readonly query: <Row extends object>(
    text: string,
    values?: readonly unknown[],
  ) => Promise<readonly Row[]>;
}

export interface Transaction extends Queries {
  /** For statements that are not ours; its errors are those of `pg`. */
  readonly client: PoolClient;
}

export interface PostgresPool extends Queries {
  /**
   * Runs `work` between BEGIN and COMMIT, all or nothing of it. Where it is unknown whether the COMMIT
   * arrived, it throws.
   * @throws BridgeError ERR_POSTGRES_UNAVAILABLE, ERR_POSTGRES_REFUSED; whatever `work` throws
   */
  transaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
  /** Resolves when what runs has ended and all connections are closed. May be called again. */
  close(): Promise<void>;
}

/** Lets the server's own timeout come first: it ends the statement and not only the waiting for it. */
const ANSWER_GRACE_MS = 5_000;

/**
 * Connections to one database. None is opened before it is needed, so an outage at the start is no other
 * than one later.
 */
export function createPool(options: PoolOptions): PostgresPool {
  const { statementTimeoutMs = 15_000 } = options;
  const pool = new Pool({
    connectionString: options.connectionString,
    application_name: options.applicationName,
    max: options.size ?? 8,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    statement_timeout: statementTimeoutMs,
    // A server that is cut off answers nothing, not even that it took too long.
    query_timeout: statementTimeoutMs + ANSWER_GRACE_MS,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 60_000,
    keepAlive: true,
  });
  // Without a listener the event would end the process.
  pool.on('error', (error) => options.onIdleError?.(toBridgeError(error)));
  let closing: Promise<void> | undefined;

  return {
    async query<Row extends object>(text: string, values: readonly unknown[] = []) {
      try {
        return (await pool.query<Row>(text, [...values])).rows;
      } catch (error) {
        throw toBridgeError(error);
      }
    },
    async transaction(work) {
      let client: PoolClient;
      try {
        client = await pool.connect();
      } catch (error) {
        throw toBridgeError(error);
      }
      return runTransaction(client, work);
    },
    close: () => (closing ??= pool.end()),
  };
}

async function runTransaction<Result>(
  client: PoolClient,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  // The pool listens only to idle connections, and one may break between two statements.
  const ignore = (): void => undefined;
  client.on('error', ignore);
  let isClean = false;
  try {
    await queryOn(client, 'begin');
    const result = await work({
      client,
      query: (text, values = []) => queryOn(client, text, values),
    });
    // Else this COMMIT would look like a success, as would one of a failed transaction, a ROLLBACK.
    if (client.getTransactionStatus() === 'I') throw broken('it was ended in between');
    const { command } = await client.query('commit').catch((error: unknown) => {
      throw toBridgeError(error);
    });
    if (command !== 'COMMIT') throw broken('one of its statements failed');
    isClean = true;
    return result;
  } catch (error) {
    isClean = !isBridgeError(error, 'ERR_POSTGRES_UNAVAILABLE') && (await rollBack(client));
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(!isClean);
  }
}

function broken(why: string): BridgeError {
  return new BridgeError('ERR_POSTGRES_REFUSED', `a transaction could not be committed: ${why}`);
}

async function queryOn<Row extends object>(
  client: PoolClient,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } catch (error) {
    throw toBridgeError(error);
  }
}

/** False where the connection is of no use any more; the server rolls back when it is closed. */
async function rollBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('rollback');
    return true;
  } catch {
    return false;
  }
}
