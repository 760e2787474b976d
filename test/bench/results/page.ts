import { medianBy, table } from '../report.ts';
import type { ResultsRound } from './run.ts';

/** The round in the middle by its ratio, and the greatest memory of all. */
export function resultsPage(rounds: readonly ResultsRound[]): string {
  const ratio = ({ ours, curl }: ResultsRound): number => curl.seconds / ours.seconds;
  const median = medianBy(rounds, ratio);
  const { bytes, ours, curl } = median;
  const mibPerSecond = (seconds: number): string => (bytes / 2 ** 20 / seconds).toFixed(0);
  const peak = Math.max(...rounds.map((round) => round.ours.peakMib));
  return `${table([
    ['', 'MiB/s', 'CPU s', 'peak MiB'],
    ['`curl` into a file, flushed', mibPerSecond(curl.seconds), '', ''],
    ['event to result', mibPerSecond(ours.seconds), ours.cpuSeconds.toFixed(1), peak.toFixed(0)],
  ])}

${(bytes / 2 ** 20).toFixed(0)} MiB of batch rows: **${ratio(median).toFixed(2)}** of \`curl\` (${rounds.map((round) => ratio(round).toFixed(2)).join(', ')} round by round).`;
}
