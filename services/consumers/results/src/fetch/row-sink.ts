import { giveBack } from '@gemini-events/http';
import { createRowReader, type OutputPart, type RowSummary } from '@gemini-events/objects';
import { type FetchContext, withPart } from './fetch-context.ts';
import type { Unpacked } from './unpack.ts';

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
          const reader = createRowReader();
          for await (const chunk of chunks) {
            for (const run of reader.push(chunk)) await index.write(run);
            await output.write(chunk);
            giveBack(chunk);
          }
          const { index: last, rows, runs } = reader.end();
          for (const run of last) await index.write(run);
          // The index first: an output that can be seen has one.
          const indexPart = runs.length === 0 ? null : await index.commit();
          if (indexPart === null) await index.abort();
          return {
            output: await output.commit(),
            rows,
            index: indexPart === null ? null : { key: indexPart.key, runs },
          };
        },
      ),
  );
}
