import { renderColumns } from '../../columns.ts';
import type { PauseChange } from './change-pauses.ts';
import type { Standing } from './list-consumers.ts';

const HEAD = ['consumer', 'members', 'lag', 'parked', 'paused'] as const;
const NUMBERS = new Set([1, 2, 3]);

export function renderStandings(standings: readonly Standing[]): string {
  if (standings.length === 0) return 'no consumers';
  const rows = standings.map(({ consumer, members, lag, parked, pauses }) => [
    consumer,
    String(members),
    String(lag),
    String(parked),
    pauses.map(renderPause).join('; ') || 'no',
  ]);
  return renderColumns([HEAD, ...rows], NUMBERS);
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

function nameOf(partition: number | null): string {
  return partition === null ? 'all' : `partition ${partition}`;
}
