import type { Fault } from './faults/plan-faults.ts';
import type { Struck } from './faults/scene.ts';
import type { Verdict } from './verify/verify.ts';

/** One run in a table, and what was wrong in it. */
export interface RunSummary {
  readonly rows: readonly (readonly [name: string, value: string])[];
  readonly faults: readonly string[];
}

export function summarize(run: {
  readonly seed: number;
  readonly faults: readonly Fault[];
  readonly struck: readonly Struck[];
  readonly verdict: Verdict;
  readonly loadSeconds: number;
  readonly seconds: number;
}): RunSummary {
  const { struck, verdict } = run;
  const { counts, wrong } = verdict.findings;
  const { aborted, ids, mostCopies } = verdict.abortedReads;
  const kinds = Map.groupBy(run.faults, (fault) => fault);
  const count = (holds: (each: Struck) => boolean | undefined): string =>
    String(struck.filter((each) => holds(each) === true).length);
  const rows: [string, string][] = [
    ['seed', String(run.seed)],
    ...[...kinds].map(([kind, all]): [string, string] => [kind, String(all.length)]),
    ['killed inside a transaction', count(({ isInside }) => isInside)],
    ['commits or answers held back', count(({ isHeld }) => isHeld)],
    [
      'in = out + duplicates + quarantined',
      `${counts.in} = ${counts.out} + ${counts.duplicates} + ${counts.quarantined}`,
    ],
    ['distinct ids', String(counts.distinct)],
    [
      'aborted records in the log',
      aborted === 0
        ? '0: nothing was aborted, so the aborted-read check showed nothing'
        : `${aborted} of ${ids} bodies, one of them ${mostCopies} times`,
    ],
    ...[...wrong].map(([what, all]): [string, string] => [`ids that ${what}`, String(all.length)]),
    ['seconds', `${Math.round(run.seconds)}, ${Math.round(run.loadSeconds)} of them under load`],
  ];
  return { rows, faults: verdict.faults };
}

/** The rows as lines in two columns. */
export function tableOf({ rows }: RunSummary): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}
