/** The part of an event that notifications look at; every event record has it. */
export interface NotifiableEvent {
  readonly event_id: string;
  readonly type: string;
  readonly source: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly resource_id: string | null;
  /** Milliseconds since 1970. */
  readonly occurred_at: number;
  readonly user_metadata: Readonly<Record<string, string>>;
  readonly error_code?: string | null;
  readonly error_message?: string | null;
}

/** What follows the first dot of a type: `failed` of `batch.failed`. */
export function statusOf(type: string): string {
  const dot = type.indexOf('.');
  return dot === -1 ? '' : type.slice(dot + 1);
}
