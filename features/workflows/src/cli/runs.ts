import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { type Io, parseCount, print } from '@gemini-events/cli-kit';
import { withDatabase } from '@gemini-events/cli-kit/bridge';
import { RUN_STATES, type RunState } from '../store/run.ts';
import { moveCommand } from './move-commands.ts';
import { renderRun } from './render-run.ts';
import { renderRuns, waitsForPerson } from './render-runs.ts';

export function runsCommand(io: Io) {
  return new Command('runs')
    .description("Runs of the agent's workflows: what they did, and what they wait for.")
    .addCommand(lsCommand(io))
    .addCommand(showCommand(io))
    .addCommand(moveCommand(io, 'cancel'))
    .addCommand(moveCommand(io, 'retry'));
}

function lsCommand(io: Io) {
  return new Command('ls')
    .description('Runs, the newest first; ! marks those that wait for a person.')
    .option(
      '--state <name>',
      `in this state: ${RUN_STATES.join(', ')}; several times`,
      collectState,
    )
    .option('--workflow <name>', 'of this workflow')
    .option('--resource <id>', 'begun for an event of this job')
    .option('--limit <number>', 'so many', parseCount, 100)
    .option('--json', 'one JSON array on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  gemini-events runs ls --state waiting\n  gemini-events runs ls --workflow orders --state failed --json',
    )
    .action(async ({ state: states, workflow, resource: resourceId, limit, json = false }) =>
      withDatabase(io, async ({ pool }) => {
        const { createPostgresRuns } = await import('../store/runs.ts');
        const filter = { states, workflow, resourceId, limit };
        const runs = await createPostgresRuns(pool).list(filter);
        print(io, json, { json: runs, text: renderRuns(runs, Date.now()) });
        const asking = runs.filter(waitsForPerson).length;
        if (asking > 0) io.talk(`${asking} wait for a person: gemini-events approvals ls`);
      }),
    );
}

function showCommand(io: Io) {
  return new Command('show')
    .argument('<id>', 'as `runs ls` has it')
    .description('What a run is and what it did: each attempt at each step, paid calls, approvals.')
    .option('--full', 'lines as long as they are, also on a terminal')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      `
Inputs and outputs are shown as the engine keeps them: without secrets, the first 4096 characters. An
attempt whose process ended in it is cut off.

Example:
  gemini-events runs show orders/default/interaction.requires_action/int-1`,
    )
    .action(async (id, { full = false, json = false }) =>
      withDatabase(io, async ({ pool }) => {
        const { readRunStory } = await import('../operations/run-story.ts');
        const story = await readRunStory(pool, id);
        if (full && !json) io.out(renderRun(story));
        else print(io, json, { json: story, text: renderRun(story) });
        if (story.isCut) io.talk(`only the first ${story.attempts.length} attempts are shown`);
      }),
    );
}

/** For commander. @throws InvalidArgumentError */
function collectState(text: string, before: readonly RunState[] | undefined): readonly RunState[] {
  const state = RUN_STATES.find((each) => each === text);
  if (state === undefined) throw new InvalidArgumentError(`States: ${RUN_STATES.join(', ')}.`);
  return [...new Set([...(before ?? []), state])];
}
