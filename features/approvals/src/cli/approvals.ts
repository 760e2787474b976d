import { Command, Option } from '@commander-js/extra-typings';
import { type Io, parseCount, print } from '@gemini-events/cli-kit';
import { BridgeError } from '@gemini-events/events';
import { APPROVAL_STATES } from '../approval.ts';
import { decideCommand } from './decide.ts';
import { renderApproval, renderApprovals } from './render-approvals.ts';

const STATES = [...APPROVAL_STATES, 'all'] as const;

export function approvalsCommand(io: Io) {
  return new Command('approvals')
    .description('What runs of the agent ask people, and who decided what.')
    .addCommand(lsCommand(io))
    .addCommand(showCommand(io))
    .addCommand(decideCommand(io));
}

function lsCommand(io: Io) {
  return new Command('ls')
    .description('Approvals, the newest first.')
    .addOption(
      new Option('--state <name>', 'in this state; without it requested, of one run all').choices(
        STATES,
      ),
    )
    .option('--run <id>', 'that this run asks')
    .option('--limit <number>', 'so many', parseCount, 100)
    .option('--json', 'one JSON array on stdout')
    .addHelpText(
      'after',
      '\nOne is requested until somebody decides or its run has noticed that the time is over.\n\nExamples:\n  gemini-events approvals ls\n  gemini-events approvals ls --state all --json',
    )
    .action(async ({ run: runId, state: named, limit, json = false }) => {
      const { withApprovals } = await import('./open-approvals.ts');
      await withApprovals(io, async (approvals) => {
        const wanted = named ?? (runId === undefined ? 'requested' : 'all');
        const state = wanted === 'all' ? undefined : wanted;
        const found = await approvals.list({ state, runId, limit });
        print(io, json, { json: found, text: renderApprovals(found) });
      });
    });
}

function showCommand(io: Io) {
  return new Command('show')
    .argument('<id>', 'as `approvals ls` has it')
    .description('What is asked, what a decision rests on, and each attempt to decide.')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExample:\n  gemini-events approvals show ap_5d1c0f')
    .action(async (id, { json = false }) => {
      const { withApprovals } = await import('./open-approvals.ts');
      await withApprovals(io, async (approvals) => {
        const approval = await approvals.find(id);
        if (approval === null) {
          throw new BridgeError('ERR_APPROVAL_UNKNOWN', `there is no approval ${id}`);
        }
        const log = await approvals.log(id);
        // Whole lines, also on a terminal: somebody decides by them.
        io.out(json ? JSON.stringify({ ...approval, log }) : renderApproval(approval, log));
      });
    });
}
