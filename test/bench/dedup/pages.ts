import { medianBy, table } from '../report.ts';
import type { DrainResult, DrainResults, Span } from './drain.ts';
import type { LatencyResult, LatencyResults } from './latency.ts';
import type { RestoreResults } from './restore.ts';
import { TITLES } from './sides.ts';

const rounded = (value: number): string => String(Math.round(value));
const perCpuSecond = ({ records, cpuSeconds }: Span): number => records / cpuSeconds;
const cpuMicros = (span: Span): string => (1e6 / perCpuSecond(span)).toFixed(1);
const perSecond = ({ records, seconds }: Span): string => rounded(records / seconds);
const peakOf = (rounds: readonly { readonly peakMib: number }[]): number =>
  Math.max(...rounds.map(({ peakMib }) => peakMib));

/** The median round of each side by CPU, and ratios. */
export function drainPage(results: DrainResults): string {
  const medians = [...results].map(([name, rounds]) => {
    const round = medianBy(rounds, ({ steady }) => perCpuSecond(steady));
    return { name, round: { ...round, peakMib: peakOf(rounds) } };
  });
  const head = [
    '',
    'records per CPU-second',
    'CPU µs',
    'records/s',
    'warm: CPU µs',
    'warm: records/s',
    'with start: CPU µs',
    'with start: records/s',
    's to first commit',
    'peak MiB',
  ];
  const rows = medians.map(({ name, round: { steady, warm, whole, ...rest } }) => [
    TITLES[name],
    rounded(perCpuSecond(steady)),
    cpuMicros(steady),
    perSecond(steady),
    cpuMicros(warm),
    perSecond(warm),
    cpuMicros(whole),
    perSecond(whole),
    rest.firstCommitSeconds.toFixed(1),
    rounded(rest.peakMib),
  ]);
  const ratio = ratios<DrainResult>(medians);
  return [
    table([head, ...rows]),
    '',
    ...ratio('Records per CPU-second', ({ steady }) => perCpuSecond(steady)),
    ...ratio('The same, second half of the records', ({ warm }) => perCpuSecond(warm)),
    ...ratio('The same, with the start', ({ whole }) => perCpuSecond(whole)),
    ...ratio('Peak memory', ({ peakMib }) => peakMib),
  ]
    .join('\n')
    .trim();
}

/** The median round of each side by its p99, and ratios. */
export function latencyPage(results: LatencyResults): string {
  const medians = [...results].map(([name, rounds]) => ({
    name,
    round: medianBy(rounds, ({ fromAck }) => fromAck.p99Ms),
  }));
  const head = [
    '',
    'p50 ms',
    'p99 ms',
    'max ms',
    'from send: p50',
    'from send: p99',
    'from send: max',
    'cores',
    'peak MiB',
  ];
  const rows = medians.map(({ name, round: { fromAck, fromSend, cores, residentMib } }) => [
    TITLES[name],
    ...[fromAck, fromSend].flatMap(({ p50Ms, p99Ms, maxMs }) =>
      [p50Ms, p99Ms, maxMs].map((each) => each.toFixed(1)),
    ),
    cores.toFixed(2),
    rounded(residentMib),
  ]);
  const ratio = ratios<LatencyResult>(medians);
  return [
    table([head, ...rows]),
    '',
    ...ratio('p50', ({ fromAck }) => fromAck.p50Ms),
    ...ratio('p99', ({ fromAck }) => fromAck.p99Ms),
    ...ratio('Cores', ({ cores }) => cores),
    ...ratio('Peak memory', ({ residentMib }) => residentMib),
  ]
    .join('\n')
    .trim();
}

/** The median round by seconds, for each size of changelog records. */
export function restorePage(results: RestoreResults): string {
  const head = ['', 's to ready', 'CPU s', 'MiB when ready', 'peak MiB'];
  const rows = [...results].map(([idsPerRecord, rounds]) => {
    const round = medianBy(rounds, ({ seconds }) => seconds);
    return [
      `${idsPerRecord} ids in a record`,
      round.seconds.toFixed(1),
      round.cpuSeconds.toFixed(1),
      rounded(round.residentMib),
      rounded(peakOf(rounds)),
    ];
  });
  return table([head, ...rows]);
}

/** Lines that compare both sides; none where only one was measured. */
function ratios<Round>(medians: readonly { readonly name: string; readonly round: Round }[]) {
  const find = (name: string) => medians.find((each) => each.name === name)?.round;
  const [ours, peer] = [find('ours'), find('peer')];
  return (what: string, value: (round: Round) => number): string[] => {
    if (ours === undefined || peer === undefined) return [];
    const share = (value(ours) / value(peer)).toFixed(2);
    return [`- ${what}, ${TITLES.ours} to ${TITLES.peer}: **${share}**`];
  };
}
