import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import {
  defaultActor,
  type ExitCode,
  type Io,
  parseConsumerName,
  parseCount,
  parseMoment,
} from '@gemini-events/cli-kit';
import { BridgeError } from '@gemini-events/events';
import type { LetterFilter } from '../dead-letters/choose-letters.ts';
import type { LetterState } from '../dead-letters/letter.ts';

type Finish = (code: ExitCode) => void;

const STATES = ['open', 'redriven', 'discarded', 'all'] as const;
/** A letter that was redriven so often and came back is looked at before it is redriven once more. */
const MOST_REDRIVES = 3;

export function dlqCommand(io: Io, finish: Finish) {
  return new Command('dlq')
    .description('Dead letters: events that a consumer has given up.')
    .addCommand(lsCommand(io))
    .addCommand(showCommand(io))
    .addCommand(redriveCommand(io, finish))
    .addCommand(discardCommand(io))
    .addCommand(exportCommand(io));
}

function lsCommand(io: Io) {
  return new Command('ls')
    .argument('[consumer]', 'of this consumer only', parseConsumerName)
    .description('Dead letters by cause: error code, and what their messages have in common.')
    .option('--json', 'one JSON array on stdout')
    .addHelpText('after', '\nExample:\n  gemini-events dlq ls results')
    .action(async (consumer, { json = false }) => {
      const { listCauses } = await import('./actions.ts');
      await listCauses(io, consumer, json);
    });
}

/** What the commands on single letters have in common. */
function onLetters(name: string) {
  return new Command(name)
    .argument('<consumer>', 'whose dead letters', parseConsumerName)
    .option('--code <code>', 'with this error code')
    .option('--fingerprint <hex>', 'of this cause, as `dlq ls` has it')
    .option('--type <type>', 'of events of this type')
    .option('--resource <id>', 'of this job')
    .option('--event <id>', 'of this event')
    .option(
      '--place <partition/offset>',
      'the one that stands there in the dead-letter topic',
      parsePlace,
    )
    .option('--since <time>', 'that failed last then or later: 24h, 2026-11-25T12:00Z', parseMoment)
    .option('--until <time>', 'that failed last before it', parseMoment);
}

type Chosen = Parameters<ReturnType<typeof onLetters>['action']>[0] extends (
  consumer: string,
  options: infer Options,
  ...rest: never[]
) => unknown
  ? Options
  : never;

function filterOf(options: Chosen, states: readonly LetterState[]): LetterFilter {
  return {
    code: options.code ?? null,
    fingerprint: options.fingerprint ?? null,
    type: options.type ?? null,
    resource: options.resource ?? null,
    eventId: options.event ?? null,
    place: options.place ?? null,
    since: options.since ?? null,
    until: options.until ?? null,
    states,
  };
}

function showCommand(io: Io) {
  return onLetters('show')
    .description('Single dead letters, the oldest first.')
    .addOption(
      new Option('--state <name>', 'in this state').choices(STATES).default('open' as const),
    )
    .option('--limit <number>', 'so many, the newest', parseCount, 100)
    .option('--json', 'one JSON array on stdout')
    .addHelpText('after', '\nExample:\n  gemini-events dlq show results --code ERR_RESULT_EXPIRED')
    .action(async (consumer, { state, limit, json = false, ...options }) => {
      const { showLetters } = await import('./actions.ts');
      const filter = filterOf(options, statesOf(state));
      await showLetters(io, { consumer, filter, limit, json });
    });
}

function redriveCommand(io: Io, finish: Finish) {
  return onLetters('redrive')
    .description('Bring dead letters to their consumer once more, by its private lane.')
    .option('--all', 'all that are open; needed where nothing else is asked for')
    .option(
      '--max-redrives <number>',
      'only those that came back less often',
      parseCount,
      MOST_REDRIVES,
    )
    .option('--rate <number>', 'letters per second, at most', parseCount)
    .option('--reason <text>', 'why')
    .option('--actor <name>', 'who; without it the user and host that call')
    .option('--dry-run', 'only say how many it would be')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      `
Only letters that are open now are taken. One that fails again is a new dead letter, with a redrive more
to its count. A redrive is a replay: \`replay ls\`, pause, resume and cancel work on it, also after a kill.

Example:
  gemini-events dlq redrive results --code ERR_GEMINI_PERMISSION --reason "the key is mended"`,
    )
    .action(async (consumer, { all = false, maxRedrives, rate, ...options }) => {
      const { reason = null, actor = defaultActor(), dryRun = false, json = false } = options;
      const filter = filterOf(options, ['open']);
      refuseAll(filter, all);
      const { redrive } = await import('./actions.ts');
      const asked = { consumer, filter, maxRedrives, rate: rate ?? null };
      finish(await redrive(io, { ...asked, actor, reason, dryRun, json }));
    });
}

function discardCommand(io: Io) {
  return onLetters('discard')
    .description('Decide that nothing more is done about dead letters.')
    .option('--all', 'all that are open; needed where nothing else is asked for')
    .requiredOption('--reason <text>', 'why; kept with the letter and in the audit topic')
    .option('--actor <name>', 'who; without it the user and host that call')
    .option('--dry-run', 'only say how many it would be')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      '\nTheir topic keeps them as long as before; `dlq show --state discarded` still shows them.\n\nExample:\n  gemini-events dlq discard results --resource batches/b1 --reason "a test of ours"',
    )
    .action(async (consumer, { all = false, ...options }) => {
      const { reason, actor = defaultActor(), dryRun = false, json = false } = options;
      const filter = filterOf(options, ['open']);
      refuseAll(filter, all);
      const { discard } = await import('./actions.ts');
      await discard(io, { consumer, filter, actor, reason, dryRun, json });
    });
}

function exportCommand(io: Io) {
  return onLetters('export')
    .description('Dead letters with their events and headers, as a line of JSON each.')
    .addOption(
      new Option('--state <name>', 'in this state').choices(STATES).default('open' as const),
    )
    .addHelpText(
      'after',
      '\nExample:\n  gemini-events dlq export results --state all > letters.jsonl',
    )
    .action(async (consumer, { state, ...options }) => {
      const { printLetters } = await import('./actions.ts');
      await printLetters(io, consumer, filterOf(options, statesOf(state)));
    });
}

/** A filter that was forgotten must not mean all. @throws BridgeError ERR_DLQ_UNBOUNDED */
function refuseAll(filter: LetterFilter, all: boolean): void {
  const asked = Object.values({ ...filter, states: null });
  if (all || asked.some((value) => value !== null)) return;
  throw new BridgeError('ERR_DLQ_UNBOUNDED', 'say which dead letters, or --all');
}

function statesOf(state: (typeof STATES)[number]): readonly LetterState[] {
  return state === 'all' ? ['open', 'redriven', 'discarded'] : [state];
}

function parsePlace(text: string): string {
  if (/^\d+\/\d+$/.test(text)) return text;
  throw new InvalidArgumentError('A place is partition/offset, for example 3/120.');
}
