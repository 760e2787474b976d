import { Command } from '@commander-js/extra-typings';
import type { Io } from '@gemini-events/cli-kit';
import { collect, parseMoment } from '@gemini-events/cli-kit';
import { configOf, resultsListConfig } from '@gemini-events/cli-kit/config';
import { Cluster, connectionFrom, createDecoder, createRegistry } from '@gemini-events/kafka';
import { createMatch } from '@gemini-events/replays';
import { dryRun } from '../operations/dry-run.ts';
import { readEvents } from '../operations/read-events.ts';
import { readRulesFile } from '../rules/read-rules-file.ts';
import { jsonOf, renderDryRun } from './render-dry-run.ts';

const DAY_MS = 86_400_000;
const MOST = 10_000;

/** What rules would have told of past events. Nothing is sent and nothing is kept. */
export function testCommand(io: Io) {
  return new Command('test')
    .argument('<file>', 'the rules file')
    .description('What the rules would tell of past events. A dry run: sends nothing.')
    .option('--type <type>', "of this type; 'batch.*' for all of a family; several times", collect)
    .option('--resource <id>', 'of this job; several times', collect)
    .option('--source <name>', 'of this ingress source; several times', collect)
    .option(
      '--since <time>',
      'received then or later: 90m, 7d, 2026-11-25 (default: 24h)',
      parseMoment,
    )
    .option('--until <time>', 'received before it', parseMoment)
    .option('--show', 'also what would be sent, under each line')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      "\nExample:\n  gemini-events notify test rules.yaml --type 'batch.*' --since 7d --show",
    )
    .action(async (file, options) => {
      const { type = [], resource = [], source = [], until = null } = options;
      const { show = false, json = false } = options;
      const since = options.since ?? Date.now() - DAY_MS;
      const { rules } = readRulesFile(file);
      const config = configOf(resultsListConfig, io);
      const { TOPIC_PREFIX: prefix } = config;
      const cluster = new Cluster(connectionFrom(config, `${prefix}.cli`));
      const filter = { types: type, resources: resource, sources: source, since, until };
      const match = createMatch({ ...filter, labels: {}, eventIds: null }, async () => ({}));
      try {
        const decoder = createDecoder(createRegistry(config));
        const events = readEvents({ cluster, decoder, prefix }, since, match);
        const run = await dryRun(rules, events, MOST);
        io.out(json ? JSON.stringify(jsonOf(run, show)) : renderDryRun(run, show));
        if (run.isCut) {
          io.talk(`these are the oldest ${MOST} alone: look at less with --since and --until`);
        }
      } finally {
        await cluster.close();
      }
    });
}
