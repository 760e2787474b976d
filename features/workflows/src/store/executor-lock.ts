import { toBridgeError } from '@gemini-events/postgres';
import { Client } from 'pg';

const RECONNECT_MS = 500;
const UPTIME = `select
  (extract(epoch from clock_timestamp() - pg_postmaster_start_time()) * 1000)::float8 as ms`;

/** Says by an advisory lock that this process lives, and finds out of others whether they do. */
export interface ExecutorLock {
  /** Whether the lock is held now: it is lost with its connection, and taken again. */
  isHeld(): boolean;
  /**
   * For how long the others have had the chance to take their locks as well, milliseconds: since the server
   * started, or since our own connection came back. Null: there is none.
   */
  steadyMs(): number | null;
  /**
   * Runs `work` while a lock is held by us: of another executor, which shows that its process is gone, or
   * of what one process at a time may do. False: somebody else holds it.
   */
  alone(name: string, work: () => Promise<void>): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Takes the lock of an executor for as long as the process lives. A lock goes with its session, so a
 * process that is killed gives its own up at once.
 * @param options.onLost told of each break of the connection
 */
export function holdExecutorLock(options: {
  readonly connectionString: string;
  readonly applicationName: string;
  readonly executor: string;
  readonly onLost: (error: unknown) => void;
  readonly now?: () => number;
}): ExecutorLock {
  const { connectionString, applicationName, executor, onLost, now = Date.now } = options;
  let client: Client | null = null;
  let since: number | null = null;
  let isHeld = false;
  let wasConnected = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  const drop = (lost: Client, error: unknown): void => {
    if (client !== lost) return;
    client = null;
    since = null;
    isHeld = false;
    if (isClosed) return;
    onLost(error);
    timer = setTimeout(connect, RECONNECT_MS);
  };
  const open = async (fresh: Client): Promise<void> => {
    await fresh.connect();
    const { rows } = await fresh.query<{ ms: number }>(UPTIME);
    // With a connection that broke others may have broken too: a failover keeps the server's start.
    since = now() - (wasConnected ? 0 : (rows[0]?.ms ?? 0));
    wasConnected = true;
    // Another one may hold it for the moment in which it looks whether we live.
    await fresh.query('select pg_advisory_lock(hashtextextended($1, 0))', [executor]);
    isHeld = client === fresh;
  };
  function connect(): void {
    const fresh = new Client({
      connectionString,
      application_name: applicationName,
      keepAlive: true,
    });
    client = fresh;
    fresh.on('error', (error) => drop(fresh, error));
    fresh.on('end', () => drop(fresh, new Error('the connection has ended')));
    open(fresh).catch((error: unknown) => {
      drop(fresh, error);
      fresh.end().catch(() => undefined);
    });
  }
  connect();

  return {
    isHeld: () => isHeld,
    steadyMs: () => (since === null ? null : now() - since),
    async alone(name, work) {
      const current = client;
      if (current === null || !isHeld) return false;
      try {
        const { rows } = await current.query<{ free: boolean }>(
          'select pg_try_advisory_lock(hashtextextended($1, 0)) as free',
          [name],
        );
        if (rows[0]?.free !== true) return false;
      } catch (error) {
        throw toBridgeError(error);
      }
      try {
        await work();
      } finally {
        await current
          .query('select pg_advisory_unlock(hashtextextended($1, 0))', [name])
          .catch(() => undefined);
      }
      return true;
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}
