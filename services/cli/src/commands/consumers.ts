import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { defaultActor } from '../audit.ts';
import { configOf, consumersConfig } from '../config.ts';
import { parseConsumerName } from '../consumer-name.ts';
import type { Io } from '../io.ts';
import { type ChangeRequest, pauseConsumer, resumeConsumer } from './consumers/change-pauses.ts';
import { listConsumers } from './consumers/list-consumers.ts';
import { renderChange, renderStandings } from './consumers/render.ts';

const LATER = 'Instances notice within two seconds. What their handlers are at is finished.';

export function consumersCommand(io: Io) {
  const ls = new Command('ls')
    .description('How each consumer stands: members, lag, parked records, pauses.')
    .option('--json', 'one JSON array on stdout')
    .addHelpText('after', '\nExample:\n  gemini-events consumers ls --json')
    .action(async ({ json = false }) => {
      const standings = await listConsumers(configOf(consumersConfig, io));
      io.out(json ? JSON.stringify(standings) : renderStandings(standings));
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
      const config = configOf(consumersConfig, io);
      const change = await resumeConsumer(config, requestOf(consumer, options));
      io.out(options.json === true ? JSON.stringify(change) : renderChange(change));
    });
  return new Command('consumers')
    .description('The consumers of this bridge.')
    .addCommand(ls)
    .addCommand(pause)
    .addCommand(resume);
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
