import { Command } from '@commander-js/extra-typings';
import { collect, type Io, parseCount, parseMoment } from '@gemini-events/cli-kit';

export function tailCommand(io: Io) {
  return new Command('tail')
    .description('Events as they come, until Ctrl-C.')
    .option('--type <type>', "of this type; 'batch.*' for all of a family; several times", collect)
    .option('--resource <id>', 'of this job; several times', collect)
    .option('--source <name>', 'of this ingress source; several times', collect)
    .option(
      '--since <time>',
      'also those received then or later: 90m, 24h, 2026-11-25',
      parseMoment,
    )
    .option('--count <number>', 'end after so many', parseCount)
    .option('--json', 'the whole event, one JSON object in a line')
    .addHelpText('after', "\nExample:\n  gemini-events tail --type 'batch.*' --since 1h")
    .action(async (options) => {
      const { tail } = await import('./tail/follow-events.ts');
      await tail(io, options);
    });
}
