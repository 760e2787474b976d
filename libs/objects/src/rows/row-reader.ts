import { keyHash } from './key-hash.ts';
import { createLineSplitter } from './line-splitter.ts';
import { type Line, readRow } from './read-row.ts';
import { createRowIndexer } from './row-index.ts';
import { createRowCounter, type RowSummary } from './row-summary.ts';
import { skimLines } from './skim-lines.ts';

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
  const counter = createRowCounter();
  const index: Buffer[] = [];
  let line = 0;
  const add = (hash: number, offset: number, length: number): void => {
    const run = indexer.add(hash, offset, length);
    if (run !== null) index.push(run);
  };
  const addOther = (each: Line): void => {
    line += 1;
    const row = readRow(each);
    counter.add(row);
    // A row without a key is found by its number.
    if (row !== null) add(keyHash(row.key ?? `#${line}`), each.offset, each.length);
  };
  const splitter = createLineSplitter(MAX_LINE_BYTES, (lines) => {
    if (lines.isCut) {
      addOther(lines);
      return;
    }
    skimLines(lines.bytes, {
      onAnswer(hash, start, length) {
        line += 1;
        add(hash, lines.offset + start, length);
      },
      onAnswers: (count, sums, model) => counter.addAnswers(count, sums, model),
      onOther(start, length) {
        const bytes = lines.bytes.subarray(start, start + length);
        addOther({ bytes, offset: lines.offset + start, length, isCut: false });
      },
    });
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
