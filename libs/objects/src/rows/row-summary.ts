import type { Row } from './read-row.ts';
import { NO_COUNT, USAGE_FIELDS, type Usage } from './usage-fields.ts';

/** What the rows of a batch came to. */
export interface RowSummary {
  /** Lines that are not empty. */
  readonly rows: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Lines of white space, which are no rows. */
  readonly emptyLines: number;
  /** Rows without a key; `#<line>` finds them. */
  readonly withoutKey: number;
  /** Rows whose key an earlier one has. Of more than 65,536 rows: at least so many. */
  readonly repeatedKeys: number;
  /** Failed rows by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** The first of them. */
  readonly failures: readonly {
    readonly line: number;
    readonly key: string | null;
    readonly reason: string;
    readonly message: string | null;
  }[];
  /** Sums of `usageMetadata`. */
  readonly usage: Readonly<Record<string, number>>;
  /** Of the first row that names one. */
  readonly model: string | null;
}

export interface RowCounter {
  /** Null: an empty line. */
  add(row: Row | null): void;
  /** Rows with a key and an answer; the model that the first of them names. */
  addAnswers(count: number, usage: Usage, model: string | null): void;
  summary(repeatedKeys: number): RowSummary;
}

const FAILURES_KEPT = 100;
const MOST_REASONS = 32;

export function createRowCounter(): RowCounter {
  const counts = { rows: 0, failed: 0, emptyLines: 0, withoutKey: 0 };
  const reasons = new Map<string, number>();
  const failures: RowSummary['failures'][number][] = [];
  const sums = USAGE_FIELDS.map(() => NO_COUNT);
  let line = 0;
  let model: string | null = null;

  const addFailure = ({ key, failure }: Row): void => {
    if (failure === null) return;
    counts.failed += 1;
    const isKnown = reasons.has(failure.reason) || reasons.size < MOST_REASONS;
    const reason = isKnown ? failure.reason : 'other';
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    if (failures.length < FAILURES_KEPT) failures.push({ line, key, ...failure });
  };
  return {
    add(row) {
      line += 1;
      if (row === null) {
        counts.emptyLines += 1;
        return;
      }
      counts.rows += 1;
      if (row.key === null) counts.withoutKey += 1;
      model ??= row.model;
      addFailure(row);
      if (row.usage !== null) addUsage(sums, row.usage);
    },
    addAnswers(count, usage, named) {
      line += count;
      counts.rows += count;
      model ??= named;
      addUsage(sums, usage);
    },
    summary: (repeatedKeys) => ({
      ...counts,
      succeeded: counts.rows - counts.failed,
      repeatedKeys,
      reasons: Object.fromEntries(reasons),
      failures,
      usage: Object.fromEntries(
        USAGE_FIELDS.flatMap((field, at) => {
          const sum = sums[at] ?? NO_COUNT;
          return sum === NO_COUNT ? [] : [[field, sum]];
        }),
      ),
      model,
    }),
  };
}

function addUsage(sums: number[], usage: Usage): void {
  for (let at = 0; at < sums.length; at += 1) {
    const count = usage[at] ?? NO_COUNT;
    if (count !== NO_COUNT) sums[at] = Math.max(0, sums[at] ?? 0) + count;
  }
}
