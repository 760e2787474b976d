import { Command } from '@commander-js/extra-typings';
import { collect, type Io, parseMoment } from '@gemini-events/cli-kit';

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
      const { testRules } = await import('./test-rules.ts');
      await testRules(io, file, options);
    });
}
