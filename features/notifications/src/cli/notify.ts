import { Command } from '@commander-js/extra-typings';
import { tokensCommand } from '@gemini-events/access/cli';
import type { Io } from '@gemini-events/cli-kit';
import { checkCommand } from './check.ts';
import { endpointsCommand } from './endpoints.ts';
import { testCommand } from './test.ts';

export function notifyCommand(io: Io) {
  return new Command('notify')
    .description('Who is told of events: rules, endpoints of customers, tokens of the API.')
    .addCommand(checkCommand(io))
    .addCommand(testCommand(io))
    .addCommand(endpointsCommand(io))
    .addCommand(tokensCommand(io));
}
