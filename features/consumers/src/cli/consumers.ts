import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import {
  defaultActor,
  type Io,
  parseConsumerName,
  parseCount,
  parseMoment,
  print,
} from '@gemini-events/cli-kit';
import { withBridge } from '@gemini-events/cli-kit/bridge';
import { BridgeError } from '@gemini-events/events';
import type { ChangeRequest } from '../operations/change-pauses.ts';
import { renderChange, renderResets, renderStandings } from './render.ts';

const LATER = 'Instances notice within two seconds. What their handlers are at is finished.';

export function consumersCommand(io: Io) {
  const ls = new Command('ls')
    .description('How each consumer stands: members, lag, rate, parked records, pauses.')
    .option('--over <seconds>', 'measure the rate for so long', parseCount, 1)
    .option('--json', 'one JSON array on stdout')
    .addHelpText(
      'after',
      '\nThe lag counts the markers of transactions too, so a consumer that has done all may be a few behind.\n\nExample:\n  gemini-events consumers ls --over 10',
    )
    .action(async ({ over, json = false }) => {
      const { configOf, consumersConfig } = await import('@gemini-events/cli-kit/config');
      const { listConsumers } = await import('../operations/list-consumers.ts');
      const standings = await listConsumers(configOf(consumersConfig, io), over * 1_000);
      print(io, json, { json: standings, text: renderStandings(standings) });
    });

  const pause = changing('pause')
    .description('Let a consumer, or one of its partitions, begin nothing more.')
    .addHelpText(
      'after',
      `
${LATER}
A pause lasts over restarts and rebalances, until it is ended by resume. Events are kept meanwhile for as
long as their topics keep them.

Example:
  gemini-events consumers pause results --partition 3 --reason "the store is full"`,
    )
    .action(async (consumer, options) => {
      const { configOf, consumersConfig } = await import('@gemini-events/cli-kit/config');
      const { pauseConsumer } = await import('../operations/change-pauses.ts');
      const config = configOf(consumersConfig, io);
      const change = await pauseConsumer(config, requestOf(consumer, options));
      io.out(options.json === true ? JSON.stringify(change) : renderChange(change));
    });

  const resume = changing('resume')
    .description('Let a consumer go on: all of it, or the one partition that was paused.')
    .addHelpText(
      'after',
      `
Without --partition all pauses of the consumer end. A partition whose consumer is paused as a whole stays
paused.

Example:
  gemini-events consumers resume results`,
    )
    .action(async (consumer, options) => {
      const { configOf, consumersConfig } = await import('@gemini-events/cli-kit/config');
      const { resumeConsumer } = await import('../operations/change-pauses.ts');
      const config = configOf(consumersConfig, io);
      const change = await resumeConsumer(config, requestOf(consumer, options));
      io.out(options.json === true ? JSON.stringify(change) : renderChange(change));
    });
  const reset = new Command('reset')
    .description('Move the place of a consumer in its topics, backward or forward.')
    .argument('<consumer>', 'its name, as in `consumers ls`', parseConsumerName)
    .addOption(
      new Option('--to <place>', 'the beginning or the end').choices([
        'earliest',
        'latest',
      ] as const),
    )
    .option(
      '--to-time <time>',
      'the first record received then or later: 24h, 2026-11-25',
      parseMoment,
    )
    .requiredOption('--reason <text>', 'why; kept in the audit topic')
    .option('--actor <name>', 'who; without it the user and host that call')
    .option('--dry-run', 'only say what would move, also while it runs')
    .option('--json', 'one JSON array on stdout')
    .addHelpText(
      'after',
      `
All of its instances have to be stopped: Kafka does not move a consumer that runs. For some events, or while
it goes on with its work, use \`replay\`: that reaches the same consumer and moves nothing.

Example:
  gemini-events consumers reset results --to-time 24h --reason "a backfill" --dry-run`,
    )
    .action(
      async (
        consumer,
        { to, toTime, reason, actor = defaultActor(), dryRun = false, json = false },
      ) => {
        const place = toTime ?? to;
        if (place === undefined || (to !== undefined && toTime !== undefined)) {
          throw new BridgeError('ERR_REPLAY_INVALID', 'say where to: either --to or --to-time');
        }
        await withBridge(io, async (bridge) => {
          const { resetOffsets } = await import('../operations/reset-offsets.ts');
          const request = { consumer, to: place, actor, reason, dryRun };
          const resets = await resetOffsets(bridge, request);
          print(io, json, { json: resets, text: renderResets(resets, dryRun) });
        });
      },
    );
  return new Command('consumers')
    .description('The consumers of this bridge.')
    .addCommand(ls)
    .addCommand(pause)
    .addCommand(resume)
    .addCommand(reset);
}

/** What both have in common. */
function changing(name: string) {
  return new Command(name)
    .argument('<consumer>', 'its name, as in `consumers ls`', parseConsumerName)
    .option('--partition <number>', 'of this partition number only', parsePartition)
    .option('--reason <text>', 'why; kept with the pause and in the audit topic')
    .option('--actor <name>', 'who; without it the user and host that call')
    .option('--dry-run', 'only say what would change')
    .option('--json', 'one JSON object on stdout');
}

function requestOf(
  consumer: string,
  options: {
    readonly partition?: number | undefined;
    readonly reason?: string | undefined;
    readonly actor?: string | undefined;
    readonly dryRun?: true | undefined;
  },
): ChangeRequest {
  return {
    consumer,
    partition: options.partition ?? null,
    reason: options.reason ?? null,
    actor: options.actor ?? defaultActor(),
    dryRun: options.dryRun ?? false,
  };
}

function parsePartition(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A partition is a whole number from 0 on.');
}
