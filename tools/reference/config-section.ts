/** What the page needs to know of a variable's schema; zod's types have it. */
export interface VariableSchema {
  readonly description?: string | undefined;
  safeParse(value: unknown): {
    readonly success: boolean;
    readonly data?: unknown;
  };
}

/** A process or command with its own environment. */
export interface ConfigSection {
  readonly title: string;
  readonly command: string;
  readonly schema: { readonly shape: Readonly<Record<string, VariableSchema>> };
}
