import { parseArgs } from 'node:util';
import { writeSection } from '../report.ts';
import { runDrainBench } from './drain.ts';
import { runLatencyBench } from './latency.ts';
import { drainPage, latencyPage, restorePage } from './pages.ts';
import { runRestoreBench } from './restore.ts';
import { SIDES } from './sides.ts';

export const DEDUP_USAGE = `bench dedup [--records N,N] [--rounds N] [--only ours,peer] [--no-doc]
       bench dedup --latency [--seconds N] [--per-second N] [--rounds N] [--only ours,peer] [--no-doc]
       bench dedup --restore [--ids N] [--batch N] [--rounds N] [--no-doc]`;

/** The first commits of a process that has just begun may be a few thousand records. */
const LEAST_RECORDS = 50_000;
const WARM_UP_SECONDS = 10;

/**
 * `pnpm bench dedup`: our dedup beside one in Kafka Streams, in one run; writes docs/benchmarks.md.
 * @throws Error where a side did not keep its promise, or something could not be measured
 */
export async function benchDedup(
  args: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', default: SIDES.join(',') },
      /** Sizes of the drain, one table each. */
      records: { type: 'string', default: '2000000,500000' },
      latency: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '20' },
      'per-second': { type: 'string', default: '2000' },
      restore: { type: 'boolean', default: false },
      ids: { type: 'string', default: '10000000' },
      /** Records of a batch in the changelog, at most. */
      batch: { type: 'string', default: '5000' },
      /** Print only. */
      'no-doc': { type: 'boolean', default: false },
    },
  });
  const asked = values.only.split(',');
  const sides = SIDES.filter((name) => asked.includes(name));
  if (sides.length === 0) throw new RangeError(`--only: one or more of ${SIDES.join(',')}`);
  const common = {
    sides,
    rounds: Number(values.rounds),
    say,
  };
  const finish = (section: string, page: string): void => {
    say(page);
    const command = `pnpm bench dedup ${args.join(' ')}`.trim();
    if (!values['no-doc']) writeSection(section, command, page);
  };

  if (values.latency) {
    const results = await runLatencyBench({
      ...common,
      perSecond: Number(values['per-second']),
      warmUpSeconds: WARM_UP_SECONDS,
      seconds: Number(values.seconds),
    });
    return finish('dedup-latency', latencyPage(results));
  }
  if (values.restore) {
    const recordsPerBatch = Number(values.batch);
    const ids = Number(values.ids);
    const results = await runRestoreBench({ ...common, ids, recordsPerBatch });
    return finish('dedup-restore', restorePage(results));
  }
  const pages: string[] = [];
  for (const records of values.records.split(',').map(Number)) {
    if (!(records >= LEAST_RECORDS)) throw new RangeError(`--records: at least ${LEAST_RECORDS}`);
    const results = await runDrainBench({ ...common, records });
    pages.push(`${records.toLocaleString('en-US')} records:\n\n${drainPage(results)}`);
  }
  finish('dedup', pages.join('\n\n'));
}
