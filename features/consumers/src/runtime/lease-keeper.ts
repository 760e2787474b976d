import type { Inbox, Lease } from '../store/inbox/inbox.ts';
import type { Clock } from './clock.ts';

/** A crashed process keeps its events from others for so long. */
export const LEASE_MS = 9_000;
const RENEW_EVERY_MS = LEASE_MS / 3;

/** Prolongs the leases of running handlers, all in one call, and tells who has lost his. */
export interface LeaseKeeper {
  /** Keeps a lease until the function that it returns is called. */
  keep(lease: Lease, onLost: () => void): () => void;
  stop(): void;
}

export function createLeaseKeeper(
  inbox: Pick<Inbox<unknown>, 'renew'>,
  clock: Clock,
  onFailure: (error: unknown) => void,
): LeaseKeeper {
  const kept = new Map<Lease, () => void>();
  let cancel = (): void => undefined;

  const renew = async (): Promise<void> => {
    const leases = [...kept.keys()];
    if (leases.length > 0) {
      try {
        const answers = await inbox.renew(leases, LEASE_MS);
        for (const [at, lease] of leases.entries()) {
          if (answers[at] === false) kept.get(lease)?.();
        }
      } catch (error) {
        // The leases may still be ours: who has lost one is told when it is settled.
        onFailure(error);
      }
    }
    schedule();
  };
  const schedule = (): void => {
    cancel = clock.after(RENEW_EVERY_MS, () => void renew());
  };
  schedule();
  return {
    keep(lease, onLost) {
      kept.set(lease, onLost);
      return () => kept.delete(lease);
    },
    stop: () => cancel(),
  };
}
