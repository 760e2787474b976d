/** Which events. What is empty or null asks for nothing in particular; all else has to hold together. */
export interface EventFilter {
  /** `batch.succeeded`, or `batch.*` for all of a family. */
  readonly types: readonly string[];
  readonly resources: readonly string[];
  readonly sources: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly eventIds: readonly string[] | null;
  /** By record time, which is when the ingress received it; milliseconds since 1970. `until` is exclusive. */
  readonly since: number | null;
  readonly until: number | null;
}
