/**
 * `pnpm bench ingress`: our ingress beside the same server without Kafka and a plain Node service; with
 * `--requests N` ours alone, for so many requests, to see its memory. `pnpm bench dedup`: our dedup
 * beside one in Kafka Streams. Each in one run; writes docs/benchmarks.md.
 */
import { parseArgs } from 'node:util';
import { runAgentBench } from './agent/run.ts';
import { runConsumerBench } from './consumer/run.ts';
import { benchDedup, DEDUP_USAGE } from './dedup/command.ts';
import { comparison, longRun } from './ingress/pages.ts';
import { runIngressBench } from './ingress/run.ts';
import { SERVERS } from './ingress/servers.ts';
import { runNotifierBench } from './notifier/run.ts';
import { medianBy, table, writeSection } from './report.ts';
import { resultsPage } from './results/page.ts';
import { runResultsBench } from './results/run.ts';
import { runSyncBench } from './sync/run.ts';

const WARM_UP_SECONDS = 5;
const ROUND_SECONDS = 10;
const LONG_RUN_LIMIT_SECONDS = 900;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function benchIngress(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string' },
      connections: { type: 'string', default: '128' },
      requests: { type: 'string' },
      servers: { type: 'string', default: SERVERS.join(',') },
      /** Print only. */
      'no-doc': { type: 'boolean', default: false },
    },
  });
  const isLong = values.requests !== undefined;
  const asked = values.servers.split(',');
  const results = await runIngressBench({
    servers: isLong ? ['ours'] : SERVERS.filter((name) => asked.includes(name)),
    rounds: isLong ? 1 : Number(values.rounds),
    connections: Number(values.connections),
    warmUpSeconds: WARM_UP_SECONDS,
    seconds: Number(values.seconds ?? (isLong ? LONG_RUN_LIMIT_SECONDS : ROUND_SECONDS)),
    requests: Number(values.requests ?? Number.MAX_SAFE_INTEGER),
    say,
  });
  const page = isLong ? longRun(results) : comparison(results);
  say(page);
  if (!values['no-doc']) {
    const command = `pnpm bench ingress ${args.join(' ')}`.trim();
    writeSection(isLong ? 'ingress-memory' : 'ingress', command, page);
  }
}

const PAGE_HEAD = `|               | events/s | CPU µs per event | events per CPU-second | peak MiB |
| ------------- | -------: | ---------------: | --------------------: | -------: |`;

async function benchConsumer(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      events: { type: 'string', default: '300000' },
      'inbox-events': { type: 'string', default: '60000' },
      'no-doc': { type: 'boolean', default: false },
    },
  });
  const events = { none: Number(values.events), inbox: Number(values['inbox-events']) };
  const results = await runConsumerBench({ events, rounds: Number(values.rounds), say });
  const titles = { none: 'without inbox', inbox: 'with inbox' } as const;
  const rows = [...results].map(([mode, each]) => {
    const sorted = each.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds);
    const median = sorted[Math.floor(sorted.length / 2)];
    if (median === undefined) throw new Error('no rounds');
    const { events: count, seconds, cpuSeconds: cpu } = median;
    const peak = Math.max(...each.map(({ peakMib }) => peakMib));
    const figures = [count / seconds, 0, count / cpu, peak].map(Math.round);
    figures[1] = Number(((cpu / count) * 1e6).toFixed(1));
    return `| ${titles[mode].padEnd(13)} | ${figures.join(' | ')} |`;
  });
  const page = [PAGE_HEAD, ...rows].join('\n');
  say(page);
  if (!values['no-doc'])
    writeSection('consumer', `pnpm bench consumer ${args.join(' ')}`.trim(), page);
}

async function benchResults(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      mib: { type: 'string', default: '2048' },
      'no-doc': { type: 'boolean', default: false },
    },
  });
  const bytes = Number(values.mib) * 2 ** 20;
  const rounds = await runResultsBench({ bytes, rounds: Number(values.rounds), say });
  const page = resultsPage(rounds);
  say(page);
  if (!values['no-doc'])
    writeSection('results', `pnpm bench results ${args.join(' ')}`.trim(), page);
}

async function benchSync(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      events: { type: 'string', default: '100000' },
      'no-doc': { type: 'boolean', default: false },
    },
  });
  const options = { events: Number(values.events), rounds: Number(values.rounds), say };
  const rounds = await runSyncBench(options);
  const median = medianBy(rounds, ({ seconds }) => seconds);
  const { events, records, seconds, cpuSeconds } = median;
  const figures = [
    String(Math.round(events / seconds)),
    String(Math.round(records / seconds)),
    ((cpuSeconds / events) * 1e6).toFixed(0),
    String(Math.round(Math.max(...rounds.map(({ peakMib }) => peakMib)))),
  ];
  const page = table([['events/s', 'records/s', 'CPU µs per event', 'peak MiB'], figures]);
  say(page);
  if (!values['no-doc']) writeSection('sync', `pnpm bench sync ${args.join(' ')}`.trim(), page);
}

async function benchNotifier(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      events: { type: 'string', default: '30000' },
      'no-doc': { type: 'boolean', default: false },
    },
  });
  const options = { events: Number(values.events), rounds: Number(values.rounds), say };
  const rounds = await runNotifierBench(options);
  const { deliveries, seconds, cpuSeconds } = medianBy(rounds, (round) => round.seconds);
  const figures = [
    String(Math.round(deliveries / seconds)),
    ((cpuSeconds / deliveries) * 1e6).toFixed(0),
    String(Math.round(Math.max(...rounds.map(({ peakMib }) => peakMib)))),
  ];
  const page = table([['deliveries/s', 'CPU µs per delivery', 'peak MiB'], figures]);
  say(page);
  if (!values['no-doc']) {
    writeSection('notifier', `pnpm bench notifier ${args.join(' ')}`.trim(), page);
  }
}

async function benchAgent(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      runs: { type: 'string', default: '1000' },
      'no-doc': { type: 'boolean', default: false },
    },
  });
  const results = await runAgentBench({
    runs: Number(values.runs),
    rounds: Number(values.rounds),
    say,
  });
  const { runs, seconds, cpuSeconds } = medianBy(results, (each) => each.seconds);
  const figures = [
    String(Math.round((runs / seconds) * 60)),
    String(Math.round((cpuSeconds / runs) * 1_000)),
    String(Math.round(Math.max(...results.map(({ peakMib }) => peakMib)))),
  ];
  const page = table([['runs/min', 'CPU ms per run', 'peak MiB'], figures]);
  say(page);
  if (!values['no-doc']) writeSection('agent', `pnpm bench agent ${args.join(' ')}`.trim(), page);
}

const [what, ...args] = process.argv.slice(2);
const isHelp = args.includes('--help');
if (what === 'ingress' && !isHelp) await benchIngress(args);
else if (what === 'dedup' && !isHelp) await benchDedup(args, say);
else if (what === 'consumer' && !isHelp) await benchConsumer(args);
else if (what === 'results' && !isHelp) await benchResults(args);
else if (what === 'sync' && !isHelp) await benchSync(args);
else if (what === 'notifier' && !isHelp) await benchNotifier(args);
else if (what === 'agent' && !isHelp) await benchAgent(args);
else {
  say(`usage: bench ingress [--rounds N] [--seconds N] [--connections N] [--servers ours,ceiling,plain] [--requests N] [--no-doc]
       ${DEDUP_USAGE}
       bench consumer [--rounds N] [--events N] [--inbox-events N] [--no-doc]
       bench results [--rounds N] [--mib N] [--no-doc]
       bench sync [--rounds N] [--events N] [--no-doc]
       bench notifier [--rounds N] [--events N] [--no-doc]
       bench agent [--rounds N] [--runs N] [--no-doc]`);
  process.exitCode = isHelp || what === '--help' ? 0 : 2;
}
