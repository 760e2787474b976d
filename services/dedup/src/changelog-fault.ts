const HOUR_MS = 3_600_000;
/** Of a retention: never deleted. */
const UNLIMITED = -1;

/**
 * Why the changelog topic, with the settings that it has, would forget ids within the window, or null.
 * A restart would then publish their repeats.
 *
 * Kafka deletes whole segments of a log, when their newest record is older than `retention.ms`: that
 * is never too early, so a retention of exactly one window is enough for an instance that keeps up.
 * What is more than that is for one that is behind.
 */
export function findChangelogFault(
  topic: string,
  config: ReadonlyMap<string, string>,
  windowMs: number,
): string | null {
  const setting = (name: string): string => config.get(name) || 'unknown';
  const policy = setting('cleanup.policy');
  if (policy !== 'delete') {
    return `cleanup.policy of ${topic} is ${policy}: it has to be delete, for its key is the partition number`;
  }
  const retentionMs = Number(setting('retention.ms'));
  if (retentionMs !== UNLIMITED && !(retentionMs >= windowMs)) {
    return (
      `${topic} keeps its records for ${hours(retentionMs)} (retention.ms), which is shorter than the ` +
      `window of ${hours(windowMs)}: run gemini-events topics apply, or lower DEDUP_WINDOW_HOURS`
    );
  }
  const limit = setting('retention.bytes');
  if (Number(limit) !== UNLIMITED) {
    return `retention.bytes of ${topic} is ${limit}: it has to be -1, for a full log would forget ids within the window`;
  }
  return null;
}

function hours(milliseconds: number): string {
  return `${Math.round((milliseconds / HOUR_MS) * 100) / 100} h`;
}
