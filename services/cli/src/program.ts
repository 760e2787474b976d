import { Command } from '@commander-js/extra-typings';
import { approvalsCommand } from './commands/approvals.ts';
import { consumersCommand } from './commands/consumers.ts';
import { dlqCommand } from './commands/dlq.ts';
import { doctorCommand } from './commands/doctor.ts';
import { jobsCommand } from './commands/jobs.ts';
import { newCommand } from './commands/new-consumer.ts';
import { notifyCommand } from './commands/notify.ts';
import { readModelCommand } from './commands/read-model.ts';
import { replayCommand } from './commands/replay.ts';
import { resultsCommand } from './commands/results.ts';
import { runsCommand } from './commands/runs.ts';
import { schemasCommand } from './commands/schemas.ts';
import { showCommand } from './commands/show.ts';
import { startCommand } from './commands/start.ts';
import { tailCommand } from './commands/tail.ts';
import { topicsCommand } from './commands/topics.ts';
import type { ExitCode, Io } from './io.ts';

/** The whole command line. `finish` is told how a command ended. */
export function createProgram(io: Io, finish: (code: ExitCode) => void): Command {
  return new Command('gemini-events')
    .description('Gemini API webhooks, as exactly-once events on Kafka.')
    .addCommand(startCommand(io, finish))
    .addCommand(topicsCommand(io, finish))
    .addCommand(schemasCommand(io))
    .addCommand(consumersCommand(io))
    .addCommand(replayCommand(io, finish))
    .addCommand(showCommand(io))
    .addCommand(tailCommand(io))
    .addCommand(dlqCommand(io, finish))
    .addCommand(readModelCommand(io))
    .addCommand(resultsCommand(io))
    .addCommand(jobsCommand(io))
    .addCommand(runsCommand(io))
    .addCommand(notifyCommand(io))
    .addCommand(approvalsCommand(io))
    .addCommand(doctorCommand(io, finish))
    .addCommand(newCommand(io));
}
