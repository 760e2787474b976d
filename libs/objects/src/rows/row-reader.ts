import { keyHash } from './key-hash.ts';
import { createLineSplitter, type Line } from './line-splitter.ts';
import { readRow } from './read-row.ts';
import { createRowIndexer } from './row-index.ts';
import { createRowCounter, type RowSummary } from './row-summary.ts';
import { createRowSkimmer } from './skim-row.ts';

/** Longer lines are stored, but not looked into. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

/** What the rows of a file came to. */
interface RowsRead {
  readonly rows: RowSummary;
  /** Entries of each run of the index. */
  readonly runs: readonly number[];
}

/** Looks at the rows of a file while it comes in. */
export interface RowReader {
  /** What has to be appended to the index now; the chunk may be used again. */
  push(chunk: Buffer): readonly Buffer[];
  end(): RowsRead & { readonly index: readonly Buffer[] };
}

export function createRowReader(): RowReader {
  const indexer = createRowIndexer();
  const skimmer = createRowSkimmer();
  const counter = createRowCounter();
  const index: Buffer[] = [];
  let line = 0;
  const add = (each: Line, hash: number): void => {
    const run = indexer.add(hash, each.offset, each.length);
    if (run !== null) index.push(run);
  };
  const splitter = createLineSplitter(MAX_LINE_BYTES, (each) => {
    line += 1;
    if (!each.isCut && skimmer.skim(each.bytes)) {
      counter.addAnswer(skimmer.usage, skimmer.model);
      add(each, skimmer.keyHash);
      return;
    }
    const row = readRow(each);
    counter.add(row);
    // A row without a key is found by its number.
    if (row !== null) add(each, keyHash(row.key ?? `#${line}`));
  });
  return {
    push(chunk) {
      splitter.push(chunk);
      return index.splice(0);
    },
    end() {
      splitter.end();
      const last = indexer.end();
      if (last !== null) index.push(last);
      return {
        index: index.splice(0),
        rows: counter.summary(indexer.repeated),
        runs: [...indexer.runs],
      };
    },
  };
}
