import { isBridgeError } from '@gemini-events/events';
import type { PostgresPool } from '@gemini-events/postgres';
import { fromText, toId, toText } from '@gemini-events/postgres';
import type { Begun, Launch, Launches, NewLaunch } from './launches.ts';
import {
  ADOPT,
  AGAIN,
  ANNOUNCED,
  BEGIN,
  CREATED,
  FIND,
  IS_ADOPTED,
  LIST,
  OF_RESOURCE,
  PRUNE,
  REFUSED,
} from './launches-sql.ts';

const PRUNE_PORTION = 2_000;
const UNIQUE_VIOLATION = '23505';

type Row = Omit<Launch, 'error'> & {
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
};

/**
 * A ledger in Postgres. Throws as the pool does.
 * @param options.prunePortion rows that one statement of `prune` removes; 2000 by default
 */
export function createPostgresLaunches(
  pool: Pick<PostgresPool, 'query'>,
  options: { readonly prunePortion?: number } = {},
): Launches {
  const { prunePortion = PRUNE_PORTION } = options;
  const one = async (text: string, values: readonly unknown[]): Promise<Launch | null> => {
    const [row] = await pool.query<Row>(text, values);
    return row === undefined ? null : toLaunch(row);
  };
  const changes = async (text: string, values: readonly unknown[]): Promise<boolean> =>
    (await pool.query<object>(text, values)).length > 0;
  /** False where the job belongs to another launch. */
  const names = (text: string, values: readonly unknown[]): Promise<boolean> =>
    changes(text, values).catch((error: unknown) => {
      const isTaken =
        isBridgeError(error, 'ERR_POSTGRES_REFUSED') && error.data['sqlState'] === UNIQUE_VIOLATION;
      if (!isTaken) throw error;
      return false;
    });

  const begin = async (launch: NewLaunch): Promise<Begun> => {
    for (;;) {
      if (await changes(BEGIN, columnsOf(launch))) return { kind: 'call' };
      const known = await one(FIND, [toId(launch.key)]);
      // Null: it was pruned in between.
      if (known === null) continue;
      return known.digest === launch.digest
        ? { kind: 'known', launch: known }
        : { kind: 'conflict' };
    }
  };

  return {
    begin,
    created: (key, caller, resourceId) =>
      names(CREATED, [toId(key), toText(caller), toId(resourceId)]),
    refused: (key, caller, { code, message }) =>
      changes(REFUSED, [toId(key), toText(caller), toText(code), toText(message)]),
    async adopt(key, resourceId) {
      const values = [toId(key), toId(resourceId)];
      return (await names(ADOPT, values)) || (await changes(IS_ADOPTED, values));
    },
    again: (key, caller, { sinceCalls }) => changes(AGAIN, [toId(key), toText(caller), sinceCalls]),
    async announced(key) {
      await pool.query(ANNOUNCED, [toId(key)]);
    },
    find: (key) => one(FIND, [toId(key)]),
    ofResource: (resourceId) => one(OF_RESOURCE, [toId(resourceId)]),
    async list({ owner, runId, state, before, limit }) {
      const rows = await pool.query<Row>(LIST, [
        owner === undefined ? null : toText(owner),
        runId === undefined ? null : toId(runId),
        state ?? null,
        before?.begunAt ?? null,
        toId(before?.key ?? ''),
        limit,
      ]);
      return rows.map(toLaunch);
    },
    async prune(before) {
      let removed = 0;
      for (;;) {
        const count = (await pool.query<object>(PRUNE, [before, prunePortion])).length;
        removed += count;
        if (count < prunePortion) return removed;
      }
    },
  };
}

function columnsOf(launch: NewLaunch): readonly unknown[] {
  const { key, kind, digest, caller, model, owner, labels, route } = launch;
  const { budgetUsd, previousId, runId } = launch;
  const orNull = (text: string | null, stored: (text: string) => string): string | null =>
    text === null ? null : stored(text);
  return [
    toId(key),
    kind,
    digest,
    toText(caller),
    orNull(model, toText),
    orNull(owner, toText),
    JSON.stringify(labels),
    orNull(route, toText),
    budgetUsd,
    orNull(previousId, toText),
    orNull(runId, toId),
  ];
}

function toLaunch({ errorCode, errorMessage, ...row }: Row): Launch {
  const given = (text: string | null): string | null => (text === null ? null : fromText(text));
  const rounded = (ms: number | null): number | null => (ms === null ? null : Math.round(ms));
  return {
    ...row,
    key: fromText(row.key),
    caller: fromText(row.caller),
    model: given(row.model),
    owner: given(row.owner),
    route: given(row.route),
    previousId: given(row.previousId),
    runId: given(row.runId),
    resourceId: given(row.resourceId),
    error:
      errorCode === null ? null : { code: fromText(errorCode), message: given(errorMessage) ?? '' },
    begunAt: Math.round(row.begunAt),
    settledAt: rounded(row.settledAt),
    announcedAt: rounded(row.announcedAt),
  };
}
