import { plain, renderColumns, spanText } from '@gemini-events/cli-kit';
import type { Run } from '../store/run.ts';

const LONGEST = 80;

const HEAD = ['', 'id', 'workflow', 'state', 'waits for', 'age', 'error'] as const;

/**
 * A line for each run; `!` before those that wait for a person.
 * @param now milliseconds since 1970, for their age
 */
export function renderRuns(runs: readonly Run[], now: number): string {
  if (runs.length === 0) return 'no runs';
  const rows = runs.map((run) => [
    waitsForPerson(run) ? '!' : '',
    plain(run.id),
    `${run.workflow}@${run.version}`,
    run.state,
    plain(run.waitsFor ?? '-'),
    spanText(now - run.startedAt),
    short(errorText(run)),
  ]);
  return renderColumns([HEAD, ...rows], new Set());
}

/** Nothing but somebody's decision, or the end of its time, moves such a run. */
export function waitsForPerson({ state, waitsFor }: Pick<Run, 'state' | 'waitsFor'>): boolean {
  return state === 'waiting' && waitsFor?.startsWith('approval ') === true;
}

/** `ERR_X: what went wrong`, in one line; `-` where nothing did. */
export function errorText({
  errorCode,
  errorMessage,
}: Pick<Run, 'errorCode' | 'errorMessage'>): string {
  return errorCode === null ? '-' : plain(`${errorCode}: ${errorMessage ?? ''}`);
}

function short(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
