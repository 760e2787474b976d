/** What a command may use of its process. */
export interface Io {
  readonly env: NodeJS.ProcessEnv;
  /** Data, on stdout. */
  readonly out: (text: string) => void;
  /** Everything else, on stderr. */
  readonly talk: (text: string) => void;
  /** For bytes; what is in a test has none. */
  readonly stdout?: NodeJS.WritableStream;
  /** Where progress is drawn. */
  readonly stderr?: NodeJS.WriteStream;
}

/** Exit codes of the command line; `docs/reference/cli.md` lists them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  config: 78,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
