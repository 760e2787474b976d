import { Command } from '@commander-js/extra-typings';
import { type Io, parseCount, parseMoment, print, sizeText } from '@gemini-events/cli-kit';
import { BridgeError } from '@gemini-events/events';
import type { Manifest, Outputs } from '@gemini-events/objects';
import { findOutput, partOf } from '../operations/find-output.ts';
import { downloadToFile, downloadToStream } from './download-part.ts';
import { createProgress } from './progress.ts';
import { renderResults } from './render.ts';

const HOUR_MS = 3_600_000;

export function resultsCommand(io: Io) {
  return new Command('results')
    .description('Outputs of jobs: how far they are, and what is in them.')
    .addCommand(lsCommand(io))
    .addCommand(getCommand(io))
    .addCommand(rowCommand(io));
}

function lsCommand(io: Io) {
  return new Command('ls')
    .description(
      'How far each output is: received, fetching with its bytes, waiting, stored, or given up, and why.',
    )
    .option(
      '--since <time>',
      'events received then or later: 90m, 7d, 2026-11-25 (default: 24h)',
      parseMoment,
    )
    .option('--state <name>', 'only those in this state')
    .option('--limit <number>', 'so many, the newest', parseCount, 100)
    .option('--json', 'one JSON array on stdout')
    .addHelpText('after', '\nExample:\n  gemini-events results ls --since 2h --state dead_lettered')
    .action(async ({ since, state, limit, json = false }) => {
      const { configOf, resultsListConfig } = await import('@gemini-events/cli-kit/config');
      const { listResults } = await import('../operations/list-results.ts');
      const all = await listResults(
        configOf(resultsListConfig, io),
        since ?? Date.now() - 24 * HOUR_MS,
      );
      const wanted = all.filter((each) => (state ?? each.state) === each.state);
      const shown = wanted.slice(-limit);
      print(io, json, { json: shown, text: renderResults(shown) });
      if (shown.length < wanted.length)
        io.talk(`${wanted.length - shown.length} older ones are not shown: --limit`);
    });
}

/** What `get` and `row` have in common. */
function ofJob(name: string) {
  return new Command(name)
    .argument('<resource>', 'the job, as its event names it, for example batches/b1')
    .option('--source <name>', 'of this ingress source, where there are several')
    .option('--type <type>', 'of this type of event, where there are several');
}

function getCommand(io: Io) {
  return ofJob('get')
    .description('Download the output of a job, and check its bytes.')
    .option('--part <name>', 'this part of it; default: the first one')
    .option('--out <file>', 'where to; - is stdout; default: the name of the part, in this folder')
    .option('--info', 'only say what is stored, as JSON')
    .option('--json', 'say what was written as one JSON object on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  gemini-events results get batches/b1 --out results.jsonl\n  gemini-events results get batches/b1 --info',
    )
    .action(
      async (
        resource,
        { source = null, type = null, part: name = null, out, info = false, json = false },
      ) =>
        withOutputs(io, async (outputs) => {
          const manifest = await findOutput(outputs, { resource, source, type });
          if (info) {
            io.out(JSON.stringify(manifest));
            return;
          }
          const part = partOf(manifest, name);
          const progress = createProgress(io.stderr, { total: part.sizeBytes, now: Date.now });
          if (out === '-' && io.stdout !== undefined) {
            await downloadToStream(outputs, part, io.stdout, progress);
            return;
          }
          const path = out ?? part.name;
          await downloadToFile(outputs, part, path, progress);
          const { sizeBytes, sha256, contentType } = part;
          if (json)
            io.out(
              JSON.stringify({ path, sizeBytes, sha256, contentType, status: manifest.status }),
            );
          else io.out(`${path}: ${sizeText(sizeBytes)}, SHA-256 ${sha256}${rowsText(manifest)}`);
        }),
    );
}

function rowCommand(io: Io) {
  return ofJob('row')
    .argument('<key>', 'key of the request; #3 is the third line of an output without keys')
    .description(
      'Print the rows of a batch that have a key, without reading the rest of its output.',
    )
    .addHelpText('after', '\nExample:\n  gemini-events results row batches/b1 request-17')
    .action(async (resource, key, { source = null, type = null }) =>
      withOutputs(io, async (outputs) => {
        const manifest = await findOutput(outputs, { resource, source, type });
        const rows = await outputs.rows(manifest, key);
        if (rows.length === 0) {
          throw new BridgeError('ERR_OUTPUT_UNKNOWN', `${resource} has no row ${key}`);
        }
        for (const row of rows) io.out(row.toString());
        if (rows.length > 1) io.talk(`${rows.length} rows have this key`);
      }),
    );
}

async function withOutputs(io: Io, run: (outputs: Outputs) => Promise<void>): Promise<void> {
  const { configOf, resultsStoreConfig } = await import('@gemini-events/cli-kit/config');
  const { createOutputs, openResultsStore } = await import('@gemini-events/objects');
  const store = await openResultsStore(configOf(resultsStoreConfig, io), 'cli');
  try {
    await run(createOutputs(store));
  } finally {
    await store.close();
  }
}

function rowsText({ rows }: Manifest): string {
  return rows === null ? '' : `; ${rows.rows} rows, ${rows.failed} of them failed`;
}
