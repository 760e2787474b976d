import { Command, Option } from '@commander-js/extra-typings';
import { collect, type Io, parseAmount, parseLabel, print } from '@gemini-events/cli-kit';
import { BridgeError } from '@gemini-events/events';
import type { LaunchOrder } from '../launcher/launch-order.ts';

export function launchCommand(io: Io) {
  return new Command('launch')
    .argument('<key>', 'the job is launched once for it, however often you ask')
    .description('Launch an interaction in the background, for a workflow or a rule to take.')
    .addOption(new Option('--model <name>', 'of this model').default('gemini-3.8-flash'))
    .option('--agent <name>', 'of this agent, in place of a model')
    .requiredOption('--input <text>', 'what it is asked')
    .option('--function <name>', 'a function that it may call; may be repeated', collect)
    .option('--route <name>', 'which workflow its events are for')
    .option('--label <name=value>', 'what it is about; may be repeated', parseLabel)
    .option('--owner <name>', 'whose it is')
    .option('--budget <dollars>', 'what it may cost', parseAmount)
    .option('--dry-run', 'only say what would be launched')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      `
It costs money at Gemini. A call of which nobody knows whether it was made is not made again: see \`jobs show\`.

Example, on a running start, whose simulated model does as it is told:
  gemini-events jobs launch first-order --route orders --function get_order \\
    --input 'simulate: {"turns":[{"calls":[{"name":"get_order","arguments":{"order_id":"A17"}}]},{"text":"It was shipped."}]}'`,
    )
    .action(async (key, options) => {
      const {
        agent,
        model,
        input,
        function: functions = [],
        dryRun = false,
        json = false,
      } = options;
      const order: LaunchOrder = {
        key,
        route: options.route ?? null,
        owner: options.owner ?? null,
        labels: options.label ?? {},
        budgetUsd: options.budget ?? null,
        request: {
          kind: 'interaction',
          ...(agent === undefined ? { model } : { agent }),
          input,
          ...(functions.length === 0
            ? {}
            : { tools: functions.map((name) => ({ type: 'function', name })) }),
        },
      };
      const { configOf } = await import('@gemini-events/cli-kit/config');
      const { launchConfig } = await import('./config.ts');
      const config = configOf(launchConfig, io);
      if (dryRun) return print(io, json, { json: { dryRun, order }, text: `would launch ${key}` });
      const { launchOnce } = await import('./launch-once.ts');
      const launched = await launchOnce(config, order);
      if (launched.kind === 'unclear') {
        throw new BridgeError(
          'ERR_LAUNCH_UNCLEAR',
          `nobody knows whether ${key} was launched; its event will tell, or \`jobs show ${key}\``,
        );
      }
      const { id, isNew } = launched;
      print(io, json, { json: { id, key, isNew }, text: isNew ? id : `${id} (launched before)` });
    });
}
