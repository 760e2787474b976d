import type { FeedStatus } from '@gemini-events/kafka/feed';

/** A partition that has something to do and settles nothing for so long is told of. */
const STALLED_MS = 120_000;

/** Progress per partition, not a living process, is what readiness is about. */
export function readinessOf({ joined, partitions }: FeedStatus): {
  readonly ok: boolean;
  readonly detail: string;
} {
  if (!joined) return { ok: false, detail: 'joining the group' };
  const stalled = partitions.filter(({ stalledMs }) => stalledMs > STALLED_MS);
  if (stalled.length > 0) {
    const names = stalled.map(({ partition }) => partition).join(', ');
    return { ok: false, detail: `no progress in partition ${names}` };
  }
  const paused = partitions.filter(({ isPaused }) => isPaused).length;
  const detail = `${partitions.length} partitions${paused === 0 ? '' : `, ${paused} paused`}`;
  return { ok: true, detail };
}
