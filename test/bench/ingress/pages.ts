import type { LoadResult } from '../load.ts';
import { table } from '../report.ts';
import type { IngressResults } from './run.ts';
import type { ServerName } from './servers.ts';

const TITLES: Readonly<Record<ServerName, string>> = {
  ours: 'gemini-events',
  ceiling: 'the same without Kafka',
  plain: 'plain Node service',
};

/** The median round of each server, and the ratios between them. */
export function comparison(results: IngressResults): string {
  const medians = new Map([...results].map(([name, rounds]) => [name, medianRound(rounds)]));
  const rows = [...medians].map(([name, round]) => [
    TITLES[name],
    String(Math.round(eventsPerCpuSecond(round))),
    (1e6 / eventsPerCpuSecond(round)).toFixed(1),
    String(Math.round(round.accepted / round.seconds)),
    round.p50Ms.toFixed(1),
    round.p99Ms.toFixed(1),
    String(Math.round(Math.max(...(results.get(name) ?? []).map(({ peakMib }) => peakMib)))),
    String((results.get(name) ?? []).reduce((sum, { non2xx }) => sum + non2xx, 0)),
  ]);
  const head = [
    '',
    'events per CPU-second',
    'CPU µs per event',
    'req/s',
    'p50 ms',
    'p99 ms',
    'peak MiB',
    'not 2xx',
  ];
  const ratio = (to: ServerName): string[] => {
    const [ours, other] = [medians.get('ours'), medians.get(to)];
    if (ours === undefined || other === undefined) return [];
    const share = eventsPerCpuSecond(ours) / eventsPerCpuSecond(other);
    return [`- Events per CPU-second, ${TITLES.ours} to ${TITLES[to]}: **${share.toFixed(2)}**`];
  };
  return [table([head, ...rows]), '', ...ratio('plain'), ...ratio('ceiling')].join('\n').trim();
}

/** Memory of our ingress at the quarters of a long run. */
export function longRun(results: IngressResults): string {
  const [run] = results.get('ours') ?? [];
  if (run === undefined) return '';
  const head = ['', 'begin', '1/4', '1/2', '3/4', 'end', 'peak'];
  const resident = ['resident MiB', ...[...run.residentMib, run.peakMib].map(rounded)];
  const each = (1e6 / eventsPerCpuSecond(run)).toFixed(1);
  const told = `${run.accepted} accepted in ${rounded(run.seconds)} s, ${run.non2xx} not 2xx, ${each} µs of CPU per event, p50 ${run.p50Ms.toFixed(1)} ms, p99 ${run.p99Ms.toFixed(1)} ms.`;
  return `${told}\n\n${table([head, resident])}`;
}

const rounded = (value: number): string => String(Math.round(value));

const eventsPerCpuSecond = (round: LoadResult): number => round.accepted / round.cpuSeconds;

function medianRound(rounds: readonly LoadResult[]): LoadResult {
  const sorted = rounds.toSorted((a, b) => eventsPerCpuSecond(a) - eventsPerCpuSecond(b));
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) throw new RangeError('no rounds');
  return median;
}
