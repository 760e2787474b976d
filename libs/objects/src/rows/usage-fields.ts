/** Counts of `usageMetadata` that are added up. */
export const USAGE_FIELDS = [
  'promptTokenCount',
  'cachedContentTokenCount',
  'candidatesTokenCount',
  'thoughtsTokenCount',
  'toolUsePromptTokenCount',
  'totalTokenCount',
] as const;

/** In place of a count that is not there. */
export const NO_COUNT = -1;

/** Counts in the order of the fields. */
export type Usage = ArrayLike<number>;

export function readUsage(usage: unknown): Usage | null {
  if (typeof usage !== 'object' || usage === null) return null;
  return USAGE_FIELDS.map((field) => {
    const count = (usage as Readonly<Record<string, unknown>>)[field];
    return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0
      ? count
      : NO_COUNT;
  });
}
