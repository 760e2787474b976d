import { fenced } from './fenced.ts';
import type { Claim, ClaimRequest, Inbox, InboxKey, Lease, Settlement } from './inbox.ts';

interface Row {
  state: 'running' | Settlement;
  token: bigint;
  attempts: number;
  /** Counts while it is running. */
  leaseUntil: number;
  /** Counts when it is done or dead. */
  finishedAt: number;
  /** Who has re-opened it last. */
  reopenedBy: string | null;
  /** Resolves when the effect that is under way has ended. */
  effect: Promise<void> | null;
}

/** When to ask again about an event whose effect outlasts its lease. */
const LOCKED_WAIT_MS = 1_000;

/**
 * An inbox that lasts as long as the process. It behaves like the one in Postgres, but cannot take back
 * what a failed effect has done.
 *
 * @param options.now milliseconds since 1970
 * @param options.db what effects get
 */
export function createMemoryInbox<Db = undefined>(options: {
  readonly now: () => number;
  readonly db?: Db;
}): Inbox<Db> {
  const { now } = options;
  const rows = new Map<string, Row>();

  const held = (lease: Lease): Row | null => {
    const row = rows.get(nameOf(lease));
    return row?.state === 'running' && row.token === lease.token ? row : null;
  };
  /** The effect that decides first. Nothing may come between the last look at it and a change. */
  const effectOf = (lease: Lease): Promise<void> | null => held(lease)?.effect ?? null;
  const end = (row: Row, as: Settlement): void => {
    row.state = as;
    row.finishedAt = now();
  };

  const claimOne = (request: ClaimRequest, leaseMs: number): Claim => {
    const { consumer, source, id } = request;
    const row = rows.get(nameOf(request));
    const leaseUntil = now() + leaseMs;
    if (row === undefined) {
      const fresh = { state: 'running', token: 1n, attempts: 1, leaseUntil } as const;
      rows.set(nameOf(request), { ...fresh, finishedAt: 0, reopenedBy: null, effect: null });
      return { kind: 'claimed', lease: { consumer, source, id, token: 1n, attempt: 1 } };
    }
    if (!isOpen(row, request, now())) {
      if (row.state === 'done' || row.state === 'dead') return { kind: row.state };
      return { kind: 'busy', until: row.leaseUntil, attempts: row.attempts };
    }
    if (row.effect !== null) {
      return { kind: 'busy', until: now() + LOCKED_WAIT_MS, attempts: row.attempts };
    }
    const isFinished = row.state === 'done' || row.state === 'dead';
    if (isFinished) row.reopenedBy = request.reopening ?? null;
    row.state = 'running';
    row.token += 1n;
    row.attempts = isFinished ? 1 : row.attempts + 1;
    row.leaseUntil = leaseUntil;
    const { token, attempts: attempt } = row;
    return { kind: 'claimed', lease: { consumer, source, id, token, attempt } };
  };

  return {
    claim: async (requests, leaseMs) => requests.map((request) => claimOne(request, leaseMs)),

    renew: async (leases, leaseMs) =>
      leases.map((lease) => {
        const row = held(lease);
        if (row !== null && row.effect === null) row.leaseUntil = now() + leaseMs;
        return row !== null;
      }),

    async settle(ends) {
      const answers: boolean[] = [];
      for (const { lease, as } of ends) {
        for (let other = effectOf(lease); other !== null; other = effectOf(lease)) await other;
        const row = held(lease);
        if (row !== null) end(row, as);
        answers.push(row !== null);
      }
      return answers;
    },

    async complete(lease, effect) {
      for (let other = effectOf(lease); other !== null; other = effectOf(lease)) await other;
      const row = held(lease);
      if (row === null) throw fenced(lease);
      const { promise, resolve } = Promise.withResolvers<void>();
      row.effect = promise;
      try {
        const result = await effect(options.db as Db);
        end(row, 'done');
        return result;
      } finally {
        row.effect = null;
        resolve();
      }
    },

    async prune(before) {
      let count = 0;
      for (const [name, { state, finishedAt }] of rows) {
        const isFinished = state === 'done' || state === 'dead';
        if (!isFinished || finishedAt >= before) continue;
        rows.delete(name);
        count += 1;
      }
      return count;
    },
  };
}

function isOpen(
  { state, leaseUntil, reopenedBy }: Row,
  request: ClaimRequest,
  now: number,
): boolean {
  const { mode, takesOver, reopening = null } = request;
  const isNews = reopening === null || reopening !== reopenedBy;
  switch (state) {
    case 'running':
      return takesOver && leaseUntil <= now;
    case 'waiting':
      return true;
    case 'dead':
      return mode !== 'new' && isNews;
    case 'done':
      return mode === 'again' && isNews;
  }
}

function nameOf({ consumer, source, id }: InboxKey): string {
  return JSON.stringify([consumer, source, id]);
}
