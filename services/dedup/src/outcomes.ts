/** What became of records; counted when their transaction is committed. */
export interface Outcomes {
  /** On `events.*`. */
  published: number;
  /** On the quarantine topic, because the ingress had classified them so. */
  classified: number;
  /** Dropped: the webhook-id was published before. */
  repeatedIds: number;
  /** Dropped by the second key. */
  repeatedResources: number;
  /** Quarantined: the webhook-id was published before, with another body. */
  conflicts: number;
  /** Quarantined: a required header is missing or makes no sense. */
  unreadable: number;
}

export function noOutcomes(): Outcomes {
  return {
    published: 0,
    classified: 0,
    repeatedIds: 0,
    repeatedResources: 0,
    conflicts: 0,
    unreadable: 0,
  };
}
