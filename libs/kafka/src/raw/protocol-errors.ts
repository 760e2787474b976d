/** Error codes of the Kafka protocol that are looked for in answers. */
export const ERROR_CODE = {
  offsetOutOfRange: 1,
  invalidProducerEpoch: 47,
  concurrentTransactions: 51,
  producerFenced: 90,
} as const;

/**
 * Ids of all Kafka protocol errors in a failed request, for example `UNSTABLE_OFFSET_COMMIT`; empty
 * where the failure was not an answer of a broker (connection closed, timeout).
 */
function protocolErrorIds(error: unknown): readonly string[] {
  const ids = new Set<string>();
  const visit = (current: unknown): void => {
    if (!(current instanceof Error)) return;
    const id = (current as { apiId?: unknown }).apiId;
    if (typeof id === 'string') ids.add(id);
    for (const inner of current instanceof AggregateError ? (current.errors as unknown[]) : []) {
      visit(inner);
    }
    visit(current.cause);
  };
  visit(error);
  return [...ids];
}

/** A broker answered, and every error in its answer is one of these: sending it again is of use. */
export function isOnly(error: unknown, ...expected: readonly string[]): boolean {
  const ids = protocolErrorIds(error);
  return ids.length > 0 && ids.every((id) => expected.includes(id));
}

/** The member id that a coordinator gives with its refusal of a first join (KIP-394). */
export function memberIdOf(error: unknown): string | null {
  const { response } = error as { readonly response?: { readonly memberId?: unknown } };
  return typeof response?.memberId === 'string' ? response.memberId : null;
}
