/** Where a client may go. */
export interface OutgoingPolicy {
  /** `example.org`, or `*.example.org` for all names below it. Null: any host with a public address. */
  readonly allowedHosts: readonly string[] | null;
  /** @default [443] */
  readonly allowedPorts?: readonly number[];
  /**
   * Origins that the operator named: http, any port and private addresses are fine there, while a request
   * has been nowhere else. Link-local addresses and metadata services stay refused.
   * @default none
   */
  readonly ownOrigins?: readonly string[];
}

/** Why a URL or an address is refused. */
export type RefusalReason =
  | 'not_a_url'
  | 'scheme'
  | 'user_info'
  | 'port'
  | 'host'
  | 'local_name'
  | 'address';
