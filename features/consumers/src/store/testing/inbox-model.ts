import type { Claim, ClaimRequest, Lease, Settlement } from '../inbox/inbox.ts';

interface ModelRow {
  readonly state: 'running' | Settlement;
  readonly token: bigint;
  readonly attempts: number;
  /** When the lease is over, or since when the event is as it is. */
  readonly at: number;
}

const KEY = { consumer: 'results', source: 'default' } as const;
const REOPENS = { new: [], redrive: ['dead'], again: ['dead', 'done'] } as const;

/** What an inbox does, said as plainly as possible: one event after the other, and rows that never change. */
export class InboxModel {
  now = 0;
  readonly leases: Lease[] = [];
  readonly #rows = new Map<string, ModelRow>();

  /** `until` is measured from now. */
  claim({ id, mode, takesOver }: ClaimRequest, leaseMs: number): Claim {
    const row = this.#rows.get(id);
    const isReopened = (REOPENS[mode] as readonly string[]).includes(row?.state ?? '');
    if ((row?.state === 'done' || row?.state === 'dead') && !isReopened) return { kind: row.state };
    if (row?.state === 'running' && (row.at > this.now || !takesOver)) {
      return { kind: 'busy', until: row.at - this.now, attempts: row.attempts };
    }
    const token = (row?.token ?? 0n) + 1n;
    const attempts = row === undefined || isReopened ? 1 : row.attempts + 1;
    this.#rows.set(id, { state: 'running', token, attempts, at: this.now + leaseMs });
    const lease: Lease = { ...KEY, id, token, attempt: attempts };
    this.leases.push(lease);
    return { kind: 'claimed', lease };
  }

  renew(lease: Lease, leaseMs: number): boolean {
    return this.#change(lease, { at: this.now + leaseMs });
  }

  settle(lease: Lease, as: Settlement): boolean {
    return this.#change(lease, { state: as, at: this.now });
  }

  isHeld(lease: Lease): boolean {
    return this.#change(lease, {});
  }

  prune(before: number): number {
    const gone = [...this.#rows].filter(
      ([, { state, at }]) => (state === 'done' || state === 'dead') && at < before,
    );
    for (const [id] of gone) this.#rows.delete(id);
    return gone.length;
  }

  #change({ id, token }: Lease, change: Partial<ModelRow>): boolean {
    const row = this.#rows.get(id);
    if (row?.state !== 'running' || row.token !== token) return false;
    this.#rows.set(id, { ...row, ...change });
    return true;
  }
}
