/**
 * `pnpm bench ingress`: our ingress beside the same server without Kafka and a plain Node service; with
 * `--requests N` ours alone, for so many requests, to see its memory. `pnpm bench dedup`: our dedup
 * beside one in Kafka Streams. Each in one run; writes docs/benchmarks.md.
 */
import { parseArgs } from 'node:util';
import { benchDedup, DEDUP_USAGE } from './dedup/command.ts';
import { comparison, longRun } from './ingress/pages.ts';
import { runIngressBench } from './ingress/run.ts';
import { SERVERS } from './ingress/servers.ts';
import { writeSection } from './report.ts';

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

const [what, ...args] = process.argv.slice(2);
const isHelp = args.includes('--help');
if (what === 'ingress' && !isHelp) await benchIngress(args);
else if (what === 'dedup' && !isHelp) await benchDedup(args, say);
else {
  say(`usage: bench ingress [--rounds N] [--seconds N] [--connections N] [--servers ours,ceiling,plain] [--requests N] [--no-doc]
       ${DEDUP_USAGE}`);
  process.exitCode = isHelp || what === '--help' ? 0 : 2;
}
