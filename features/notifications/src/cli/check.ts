import { Command } from '@commander-js/extra-typings';
import { type Io, print } from '@gemini-events/cli-kit';
import { describeRules, renderRules } from './render-rules.ts';

/** Reads the rules as the notifier does; connects to nothing. */
export function checkCommand(io: Io) {
  return new Command('check')
    .argument('<file>', 'the rules file')
    .description('Whether a rules file is good; all of its faults if not. Connects to nothing.')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExample:\n  gemini-events notify check rules.yaml')
    .action(async (file, { json = false }) => {
      const { readRulesFile } = await import('../rules/read-rules-file.ts');
      const described = describeRules(readRulesFile(file));
      print(io, json, { json: described, text: renderRules(described) });
    });
}
