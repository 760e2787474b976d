import type { Launch, Launches, NewLaunch } from './launches.ts';

type Row = Omit<Launch, 'ageMs'>;

const FRESH = { state: 'calling', calls: 1, resourceId: null, error: null } as const;
const UNSETTLED = { settledAt: null, announcedAt: null } as const;

/**
 * A ledger that lasts as long as the process. It behaves like the one in Postgres.
 * @param options.now milliseconds since 1970
 */
export function createMemoryLaunches(options: { readonly now: () => number }): Launches {
  const { now } = options;
  const rows = new Map<string, Row>();

  const shown = (row: Row): Launch => ({ ...row, ageMs: now() - row.begunAt });
  const change = (row: Row | undefined, changes: Partial<Row>): boolean => {
    if (row === undefined) return false;
    rows.set(row.key, { ...row, ...changes });
    return true;
  };
  const calledBy = (key: string, caller: string): Row | undefined => {
    const row = rows.get(key);
    return row?.state === 'calling' && row.caller === caller ? row : undefined;
  };
  const withResource = (resourceId: string): Row | undefined =>
    [...rows.values()].find((row) => row.resourceId === resourceId);
  const settle = (row: Row | undefined, resourceId: string): boolean =>
    withResource(resourceId) === undefined &&
    change(row, { state: 'created', resourceId, settledAt: now() });

  return {
    async begin(launch: NewLaunch) {
      const row = rows.get(launch.key);
      if (row === undefined) {
        rows.set(launch.key, { ...launch, ...FRESH, ...UNSETTLED, begunAt: now() });
        return { kind: 'call' };
      }
      return row.digest === launch.digest
        ? { kind: 'known', launch: shown(row) }
        : { kind: 'conflict' };
    },
    created: async (key, caller, resourceId) => settle(calledBy(key, caller), resourceId),
    refused: async (key, caller, error) =>
      change(calledBy(key, caller), { state: 'refused', error, settledAt: now() }),
    async adopt(key, resourceId) {
      const row = rows.get(key);
      if (row?.state === 'calling') return settle(row, resourceId);
      return row?.resourceId === resourceId;
    },
    async again(key, caller, { sinceCalls }) {
      const row = rows.get(key);
      if (row === undefined || row.state === 'created' || row.calls !== sinceCalls) return false;
      return change(row, {
        ...FRESH,
        ...UNSETTLED,
        caller,
        calls: sinceCalls + 1,
        begunAt: now(),
      });
    },
    async announced(key) {
      const row = rows.get(key);
      if (row?.state === 'created' && row.announcedAt === null) change(row, { announcedAt: now() });
    },
    async find(key) {
      const row = rows.get(key);
      return row === undefined ? null : shown(row);
    },
    async ofResource(resourceId) {
      const row = withResource(resourceId);
      return row === undefined ? null : shown(row);
    },
    async list({ owner, runId, state, before, limit }) {
      return [...rows.values()]
        .filter(
          (row) =>
            (owner === undefined || row.owner === owner) &&
            (runId === undefined || row.runId === runId) &&
            (state === undefined || row.state === state) &&
            (before === undefined || inOrder(before, row) < 0),
        )
        .sort(inOrder)
        .slice(0, limit)
        .map(shown);
    },
    async prune(before) {
      const old = [...rows.values()].filter(
        ({ state, begunAt }) => state !== 'calling' && begunAt < before,
      );
      for (const { key } of old) rows.delete(key);
      return old.length;
    },
  };
}

/** The newest first; of the same time the last key. */
function inOrder(one: Pick<Row, 'begunAt' | 'key'>, other: Pick<Row, 'begunAt' | 'key'>): number {
  if (one.begunAt !== other.begunAt) return other.begunAt - one.begunAt;
  return Buffer.compare(Buffer.from(other.key), Buffer.from(one.key));
}
