import { Command } from '@commander-js/extra-typings';
import { defaultActor, type Io, print } from '@gemini-events/cli-kit';
import { withDatabase } from '@gemini-events/cli-kit/bridge';
import type { RunAction } from '../operations/move-run.ts';

/** What is said of them in the help. */
const ABOUT: Readonly<Record<RunAction, { readonly what: string; readonly more: string }>> = {
  cancel: {
    what: 'Let a run begin nothing more, and cancel what it asks people.',
    more: `
A step that is under way may still end. Jobs that it has launched go on at Gemini, and cost what they cost.
Retried after that, it goes on where it was, but finds its approvals cancelled: nobody has approved.

Example:
  gemini-events runs cancel orders/default/interaction.requires_action/int-1 --reason "a test of ours"`,
  },
  retry: {
    what: 'Let a run that has failed begin again from the step that failed, a cancelled one where it was.',
    more: `
What was done before stays done, and no paid call is made twice. An agent has to run: it does the work.

Example:
  gemini-events runs retry orders/default/interaction.requires_action/int-1 --reason "the shop is back"`,
  },
};

export function moveCommand(io: Io, action: RunAction) {
  const { what, more } = ABOUT[action];
  return new Command(action)
    .argument('<id>', 'as `runs ls` has it')
    .description(what)
    .option('--reason <text>', 'why; kept in the audit topic')
    .option('--actor <name>', 'who; without it the user and host that call')
    .option('--dry-run', 'only say how it stands')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', more)
    .action(async (id, { actor = defaultActor(), reason = null, dryRun = false, json = false }) =>
      withDatabase(io, async (database) => {
        const { moveRun, renderMove } = await import('../operations/move-run.ts');
        const move = await moveRun(database, { id, action, actor, reason, dryRun });
        print(io, json, { json: move, text: renderMove(move) });
      }),
    );
}
