/** What was said of a job when it was launched; null where nobody has registered it. */
export interface RegisteredJob {
  readonly key: string;
  readonly owner: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly route: string | null;
}
