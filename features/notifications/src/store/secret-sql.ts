import type { Transaction } from '@gemini-events/postgres';

/** A signing secret as it is kept: sealed, beside what may be shown. */
export interface NewStoredSecret {
  readonly id: string;
  readonly kind: 'v1' | 'v1a';
  readonly sealed: Buffer;
  /** `whpk_…` of a `v1a` key. */
  readonly publicKey: string | null;
}

/** Times are milliseconds since 1970. */
export interface EndpointSecret extends Omit<NewStoredSecret, 'sealed'> {
  readonly createdAt: number;
  /** Null: a current one. */
  readonly expiresAt: number | null;
}

export async function insertSecret(
  query: Transaction['query'],
  endpoint: string,
  { id, kind, sealed, publicKey }: NewStoredSecret,
): Promise<void> {
  await query(
    `insert into gemini_events.notify_secrets (id, endpoint, kind, sealed, public_key, created_at)
     values ($1, $2, $3, $4, $5, clock_timestamp())`,
    [id, endpoint, kind, sealed, publicKey],
  );
}
