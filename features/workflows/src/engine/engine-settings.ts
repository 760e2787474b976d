import { withServerSetting } from '@gemini-events/postgres';

/** The schema of the engine's tables, beside our own. */
export const ENGINE_SCHEMA = 'gemini_agent';
/** Scopes its rows. */
export const ENGINE_NAME = 'gemini-events-agent';
/** Always the same: versions are those of workflows, so that a run outlives a deployment. */
export const ENGINE_VERSION = '1';
/** A run that waits for days may be taken over often; what ends the process is found by its step. */
export const MOST_TAKEOVERS = 10_000;

const IDLE_MS = 60_000;

/**
 * The engine's way to Postgres. The limit of idle transactions is set as the connection begins: the engine
 * would set it by a statement, which runs into the first one of the pool.
 */
export function engineUrl(connectionString: string): string {
  return withServerSetting(
    connectionString,
    'idle_in_transaction_session_timeout',
    String(IDLE_MS),
  );
}
