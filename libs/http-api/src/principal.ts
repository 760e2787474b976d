/** Who calls an API, as a valid token says. */
export interface Principal {
  /** Id of the token. */
  readonly id: string;
  /** The customer whose things it is good for; null: an operator, for all. */
  readonly owner: string | null;
  readonly scopes: readonly string[];
}

/** Checks tokens. */
export interface TokenCheck {
  /** The id that a token names, right or wrong; null where it has not the form of a token. */
  idOf(token: string): string | null;
  /** Null: it is nobody's, or not valid any more. */
  check(token: string): Promise<Principal | null>;
}
