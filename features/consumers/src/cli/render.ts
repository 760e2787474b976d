import { renderColumns } from '@gemini-events/cli-kit';
import type { PauseChange } from '../operations/change-pauses.ts';
import type { Standing } from '../operations/list-consumers.ts';
import type { OffsetReset } from '../operations/reset-offsets.ts';

const HEAD = ['consumer', 'members', 'lag', 'rate', 'parked', 'paused'] as const;
const NUMBERS = new Set([1, 2, 3, 4]);

export function renderStandings(standings: readonly Standing[]): string {
  if (standings.length === 0) return 'no consumers';
  const rows = standings.map(({ consumer, members, lag, rate, parked, pauses }) => [
    consumer,
    String(members),
    String(lag),
    rateOf({ members, lag, rate, pauses }),
    String(parked),
    pauses.map(renderPause).join('; ') || 'no',
  ]);
  return renderColumns([HEAD, ...rows], NUMBERS);
}

/** A consumer that has work, runs, and does nothing of it is said to stand still. */
function rateOf({
  members,
  lag,
  rate,
  pauses,
}: Pick<Standing, 'members' | 'lag' | 'rate' | 'pauses'>): string {
  if (rate === null) return '';
  const isStill = rate === 0 && lag > 0 && members > 0 && pauses.length === 0;
  return isStill ? 'stands still' : `${Math.round(rate)}/s`;
}

function renderPause({ partition, actor, reason, at }: Standing['pauses'][number]): string {
  const why = reason === null ? '' : `: ${reason}`;
  return `${nameOf(partition)} by ${actor} since ${new Date(at).toISOString()}${why}`;
}

export function renderChange({
  action,
  consumer,
  changed,
  dryRun,
  ...change
}: PauseChange): string {
  const { partition, paused } = change;
  const subject = partition === null ? consumer : `${consumer}, partition ${partition}`;
  const past = action === 'pause' ? 'paused' : 'resumed';
  const done = dryRun ? `would be ${past}` : past;
  const first = changed ? `${subject}: ${done}` : `${subject}: nothing to ${action}`;
  const still =
    action === 'resume' && paused.length > 0
      ? `; still paused: ${paused.map(nameOf).join(', ')}`
      : '';
  return `${first}${still}`;
}

/** Records that come again, or are passed over, by topic. */
export function renderResets(resets: readonly OffsetReset[], dryRun: boolean): string {
  const rows = [...Map.groupBy(resets, ({ topic }) => topic)].map(([topic, ofTopic]) => {
    // A partition without a place begins at its beginning.
    const moved = ofTopic.reduce((sum, { from, to }) => sum + Math.max(0, from) - to, 0);
    return [topic, moved >= 0 ? `${moved} offsets back` : `${-moved} offsets forward`];
  });
  return renderColumns([['topic', dryRun ? 'would move' : 'moved'], ...rows], new Set());
}

function nameOf(partition: number | null): string {
  return partition === null ? 'all' : `partition ${partition}`;
}
