import {
  createLineSplitter,
  createRowCounter,
  createRowIndexer,
  type OutputPart,
  type PartWriter,
  type RowSummary,
  readRow,
} from '@gemini-events/objects';
import { type FetchContext, withPart } from './fetch-context.ts';
import type { Unpacked } from './unpack.ts';

/** Longer lines are stored, but not looked into. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;

export interface StoredRows {
  readonly output: OutputPart;
  readonly rows: RowSummary;
  readonly index: { readonly key: string; readonly runs: readonly number[] } | null;
}

/**
 * Stores a batch's output while it comes in, in one pass and constant memory: the lines as they are, an
 * index of their keys, and what they came to.
 */
export async function storeRows(
  context: FetchContext,
  { chunks, sha256 }: Unpacked,
): Promise<StoredRows> {
  return withPart(
    context,
    { name: 'output.jsonl', contentType: 'application/jsonl', sha256 },
    (output) =>
      withPart(
        context,
        { name: 'index.bin', contentType: 'application/octet-stream' },
        async (index) => {
          const sink = createSink(output, index);
          for await (const chunk of chunks) await sink.write(chunk);
          return sink.end();
        },
      ),
  );
}

function createSink(output: PartWriter, index: PartWriter) {
  const indexer = createRowIndexer();
  const counter = createRowCounter();
  let line = 0;
  const runs: Buffer[] = [];
  const splitter = createLineSplitter(MAX_LINE_BYTES, (each) => {
    line += 1;
    const row = readRow(each);
    counter.add(row);
    if (row === null) return;
    // A row without a key is found by its number.
    const run = indexer.add(row.key ?? `#${line}`, each.offset, each.length);
    if (run !== null) runs.push(run);
  });
  const writeRuns = async (): Promise<void> => {
    for (const run of runs.splice(0)) await index.write(run);
  };
  return {
    async write(chunk: Buffer): Promise<void> {
      splitter.push(chunk);
      if (runs.length > 0) await writeRuns();
      await output.write(chunk);
    },
    async end(): Promise<StoredRows> {
      splitter.end();
      const last = indexer.end();
      if (last !== null) runs.push(last);
      await writeRuns();
      // The index first: an output that can be seen has one.
      const indexPart = indexer.runs.length === 0 ? null : await index.commit();
      if (indexPart === null) await index.abort();
      return {
        output: await output.commit(),
        rows: counter.summary(indexer.repeated),
        index: indexPart === null ? null : { key: indexPart.key, runs: [...indexer.runs] },
      };
    },
  };
}
