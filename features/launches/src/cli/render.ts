import { plain, renderColumns, timeText } from '@gemini-events/cli-kit';
import type { Launch } from '../store/launches.ts';

const HEAD = ['begun', 'key', 'kind', 'state', 'job', 'calls', 'model', 'owner'] as const;

/** A line for each paid call. */
export function renderJobs(launches: readonly Launch[]): string {
  if (launches.length === 0) return 'no jobs';
  const rows = launches.map((launch) => [
    timeText(launch.begunAt),
    plain(launch.key),
    launch.kind,
    stateText(launch),
    plain(launch.resourceId ?? '-'),
    String(launch.calls),
    plain(launch.model ?? '-'),
    plain(launch.owner ?? '-'),
  ]);
  return renderColumns([HEAD, ...rows], new Set([5]));
}

function stateText({ state, error }: Pick<Launch, 'state' | 'error'>): string {
  return error === null ? state : `${state}, ${plain(error.code)}`;
}
