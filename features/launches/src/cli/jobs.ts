import { Command, Option } from '@commander-js/extra-typings';
import { type Io, parseCount, print } from '@gemini-events/cli-kit';
import { withDatabase } from '@gemini-events/cli-kit/bridge';
import { LAUNCH_STATES } from '../store/launches.ts';
import { launchCommand } from './launch-command.ts';
import { renderJobs } from './render.ts';
import { renderJob } from './render-job.ts';

export function jobsCommand(io: Io) {
  return new Command('jobs')
    .description('Jobs that were launched here: the ledger of calls that cost money.')
    .addCommand(launchCommand(io))
    .addCommand(lsCommand(io))
    .addCommand(showCommand(io));
}

function lsCommand(io: Io) {
  return new Command('ls')
    .description('Paid calls, the newest first, and the jobs that they made.')
    .option('--owner <name>', 'of this owner')
    .option('--run <id>', 'of this run of the agent')
    .addOption(new Option('--state <name>', 'in this state').choices(LAUNCH_STATES))
    .option('--limit <number>', 'so many', parseCount, 100)
    .option('--json', 'one JSON array on stdout')
    .addHelpText(
      'after',
      `
calling: nobody knows yet whether Gemini has made the job. refused: it has not.

Example:
  gemini-events jobs ls --owner acme --state calling`,
    )
    .action(async ({ owner, run: runId, state, limit, json = false }) =>
      withDatabase(io, async ({ pool }) => {
        const { createPostgresLaunches } = await import('../store/postgres-launches.ts');
        const launches = await createPostgresLaunches(pool).list({ owner, runId, state, limit });
        print(io, json, { json: launches, text: renderJobs(launches) });
      }),
    );
}

function showCommand(io: Io) {
  return new Command('show')
    .argument('<id>', 'the key of the call, or the job, as its events name it')
    .description('All that is known of a paid call. What became of its job: `show`.')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExample:\n  gemini-events jobs show batches/b1')
    .action(async (id, { json = false }, command) =>
      withDatabase(io, async ({ pool }) => {
        const { createPostgresLaunches } = await import('../store/postgres-launches.ts');
        const launches = createPostgresLaunches(pool);
        const launch = (await launches.find(id)) ?? (await launches.ofResource(id));
        if (launch === null) return command.error(`no call has the key ${id}, or made this job`);
        print(io, json, { json: launch, text: renderJob(launch) });
      }),
    );
}
