/**
 * Body of what the notifier tells of itself: tests, challenges, notices. Of the same form as what is told
 * of events.
 * @param type begins with `endpoint.`
 * @param at milliseconds since 1970
 */
export function ownBody(
  type: `endpoint.${string}`,
  at: number,
  data: Readonly<Record<string, string>>,
): string {
  return JSON.stringify({ type, timestamp: new Date(at).toISOString(), schema_version: 1, data });
}
