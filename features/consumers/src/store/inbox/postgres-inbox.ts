import type { PostgresPool } from '@gemini-events/postgres';
import { toId } from '@gemini-events/postgres';
import type { PoolClient } from 'pg';
import { fenced } from './fenced.ts';
import type { Claim, ClaimRequest, Inbox, InboxKey, Lease } from './inbox.ts';
import { CLAIM, type ClaimRow, FINISH, PRUNE, RENEW, SETTLE } from './inbox-sql.ts';

/** When to ask again about a row that somebody is deciding about at the moment. */
const LOCKED_WAIT_MS = 1_000;
const PRUNE_PORTION = 5_000;

/**
 * An inbox in Postgres. Leases are measured by the clock of the database alone.
 *
 * @param options.prunePortion rows that one statement of `prune` removes; 5000 by default
 */
export function createPostgresInbox(
  pool: PostgresPool,
  options: { readonly prunePortion?: number } = {},
): Inbox<PoolClient> {
  const { prunePortion = PRUNE_PORTION } = options;

  const placesOf = async (
    statement: string,
    leases: readonly Lease[],
    more: unknown,
  ): Promise<ReadonlySet<number>> => {
    if (leases.length === 0) return new Set();
    const tokens = leases.map(({ token }) => token);
    const rows = await pool.query<{ place: number }>(statement, [
      ...columnsOf(leases),
      tokens,
      more,
    ]);
    return new Set(rows.map(({ place }) => place - 1));
  };

  return {
    async claim(requests, leaseMs) {
      const answers: Claim[] = [];
      let open: readonly number[] = [...requests.keys()];
      while (open.length > 0) {
        const round = firstOfEach(open, (place) => nameOf(requests[place]!));
        const asked = round.map((place) => requests[place]!);
        const rows = await pool.query<ClaimRow>(CLAIM, [
          ...columnsOf(asked),
          asked.map(({ mode }) => mode),
          asked.map(({ takesOver }) => takesOver),
          leaseMs,
          asked.map(({ reopening = null }) => reopening),
        ]);
        for (const row of rows) {
          const answer = toClaim(asked[row.place - 1]!, row);
          if (answer !== null) answers[round[row.place - 1]!] = answer;
        }
        open = open.filter((place) => answers[place] === undefined);
      }
      return answers;
    },

    async renew(leases, leaseMs) {
      const held = await placesOf(RENEW, leases, leaseMs);
      return leases.map((_, place) => held.has(place));
    },

    async settle(ends) {
      const places = firstOfEach([...ends.keys()], (place) => {
        const { lease } = ends[place]!;
        return `${lease.token} ${nameOf(lease)}`;
      });
      const first = places.map((place) => ends[place]!);
      const ended = await placesOf(
        SETTLE,
        first.map(({ lease }) => lease),
        first.map(({ as }) => as),
      );
      const held = new Set([...ended].map((place) => places[place]));
      return ends.map((_, place) => held.has(place));
    },

    complete: (lease, effect) =>
      pool.transaction(async ({ query, client }) => {
        // First of all, so that nobody can take the event over while the effect runs.
        const key = [lease.consumer, lease.source, toId(lease.id)];
        const held = await query(FINISH, [...key, lease.token]);
        if (held.length === 0) throw fenced(lease);
        return effect(client);
      }),

    async prune(before) {
      let total = 0;
      for (;;) {
        const [row] = await pool.query<{ count: number }>(PRUNE, [before, prunePortion]);
        const count = row?.count ?? 0;
        total += count;
        if (count < prunePortion) return total;
      }
    },
  };
}

/** Null where somebody else's row came in between: the statement could not see it yet. */
function toClaim({ consumer, source, id }: ClaimRequest, row: ClaimRow): Claim | null {
  if (row.token !== null) {
    const token = BigInt(row.token);
    return { kind: 'claimed', lease: { consumer, source, id, token, attempt: row.attempts! } };
  }
  if (row.state === null) return null;
  const attempts = row.begun ?? 0;
  if (row.isOpen === true) return { kind: 'busy', until: row.now + LOCKED_WAIT_MS, attempts };
  if (row.state === 'done' || row.state === 'dead') return { kind: row.state };
  return { kind: 'busy', until: row.leaseUntil!, attempts };
}

/** Those of `places` whose name stands at none before them. */
function firstOfEach(
  places: readonly number[],
  nameOf: (place: number) => string,
): readonly number[] {
  const seen = new Set<string>();
  return places.filter((place) => {
    const name = nameOf(place);
    const isFirst = !seen.has(name);
    seen.add(name);
    return isFirst;
  });
}

function nameOf({ consumer, source, id }: InboxKey): string {
  return JSON.stringify([consumer, source, toId(id)]);
}

function columnsOf(keys: readonly InboxKey[]): readonly string[][] {
  return [
    keys.map(({ consumer }) => consumer),
    keys.map(({ source }) => source),
    keys.map(({ id }) => toId(id)),
  ];
}
