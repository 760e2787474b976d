import { Command } from '@commander-js/extra-typings';
import { approvalsCommand } from '@gemini-events/approvals/cli';
import type { ExitCode, Io } from '@gemini-events/cli-kit';
import { consumersCommand } from '@gemini-events/consumer/cli';
import { resultsCommand } from '@gemini-events/job-results/cli';
import { readModelCommand, showCommand } from '@gemini-events/job-status/cli';
import { jobsCommand } from '@gemini-events/launches/cli';
import { notifyCommand } from '@gemini-events/notifications/cli';
import { dlqCommand, replayCommand } from '@gemini-events/replays/cli';
import { runsCommand } from '@gemini-events/workflows/cli';
import { doctorCommand } from './commands/doctor.ts';
import { newCommand } from './commands/new-consumer.ts';
import { schemasCommand } from './commands/schemas.ts';
import { startCommand } from './commands/start.ts';
import { tailCommand } from './commands/tail.ts';
import { topicsCommand } from './commands/topics.ts';

/** The whole command line. `finish` is told how a command ended. */
export function createProgram(io: Io, finish: (code: ExitCode) => void): Command {
  return new Command('gemini-events')
    .description('Gemini API webhooks, as exactly-once events on Kafka.')
    .addCommand(startCommand(io, finish))
    .addCommand(topicsCommand(io, finish))
    .addCommand(schemasCommand(io))
    .addCommand(consumersCommand(io))
    .addCommand(replayCommand(io, finish, () => import('@gemini-events/job-status/lanes')))
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
