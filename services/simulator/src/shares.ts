import { z } from 'zod';

const share = z.number().min(0).max(1);

/** How often something goes wrong, each from 0 to 1. */
export const sharesSchema = z.strictObject({
  /** Accepted deliveries that are sent again, with the same webhook-id. */
  repeats: share,
  /** Extra deliveries with a foreign signature, or with a body changed after signing. */
  forgeries: share,
  /** Extra deliveries, rightly signed, with a timestamp of ten minutes ago. */
  stale: share,
  /** Extra genuine deliveries whose body is not JSON or has no `data.id`. */
  malformed: share,
  /** Extra genuine deliveries of a type that no catalogue names. */
  unknown: share,
  /** Jobs that fail or expire; a failed video sends no event at all (contract notes, section 2). */
  failures: share,
  /** Interactions that wait for an answer to a function call. */
  requiresAction: share,
});

export type Shares = Readonly<z.output<typeof sharesSchema>>;

export const DEFAULT_SHARES: Shares = {
  repeats: 0.2,
  forgeries: 0.05,
  stale: 0.05,
  malformed: 0.01,
  unknown: 0.02,
  failures: 0.05,
  requiresAction: 0.05,
};

/** Shares with those that are given in their place. */
export function withChanges(
  shares: Shares,
  changes: { readonly [Name in keyof Shares]?: Shares[Name] | undefined },
): Shares {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...shares, ...Object.fromEntries(given) };
}
