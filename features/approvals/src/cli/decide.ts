import { Command } from '@commander-js/extra-typings';
import { defaultActor, type Io, print } from '@gemini-events/cli-kit';
import type { DecisionAnswer } from '../approval.ts';
import { sayOutcome } from './render-approvals.ts';

/** Of those who decide here: nobody can be taken for a user of Slack, or for a token. */
const PREFIX = 'cli:';

export function decideCommand(io: Io) {
  return new Command('decide')
    .argument('<id>', 'as `approvals ls` has it')
    .argument('<choice>', 'name of one of its choices')
    .description('Decide what a run asks. The first decision counts.')
    .option('--reason <text>', 'why; kept with the decision and in the audit topic')
    .option('--actor <name>', 'who; without it the user and host that call')
    .option('--dry-run', 'only say what it would come to')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      `
You are ${PREFIX}<user>@<host> among the approvers, or ${PREFIX} and what --actor says. Each attempt is kept, also one
that is too late (then it fails, and says who decided what and when) or that is not allowed. It needs
Postgres alone: the agent wakes the run, and takes it to the topics of approvals and audit.

Example:
  gemini-events approvals decide ap_5d1c0f approve --reason "within the budget"`,
    )
    .action(async (id, choice, { reason = null, dryRun = false, json = false, actor: name }) => {
      const actor = actorOf(name ?? defaultActor());
      const decision = { id, choice, actor, via: 'cli', reason } as const;
      const { foresee, refusalOf } = await import('./answer.ts');
      const { withApprovals } = await import('./open-approvals.ts');
      await withApprovals(io, async (approvals) => {
        const answer = dryRun
          ? await foresee(approvals, decision)
          : await approvals.decide(decision);
        const refusal = refusalOf(decision, answer);
        const text = `${id}: ${say(answer, dryRun)}`;
        if (json || refusal === null) print(io, json, { json: { dryRun, ...answer }, text });
        if (refusal !== null) throw refusal;
      });
    });
}

function actorOf(name: string): string {
  return name.startsWith(PREFIX) ? name : PREFIX + name;
}

function say(answer: DecisionAnswer, dryRun: boolean): string {
  if (answer.kind !== 'taken') return answer.kind;
  if (answer.isRepeat) return `already ${sayOutcome(answer.approval)}`;
  return dryRun ? 'the decision would count' : sayOutcome(answer.approval);
}
