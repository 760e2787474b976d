import { Command } from '@commander-js/extra-typings';
import type { Io } from '../io.ts';
import { checkCommand } from './notify/check.ts';
import { endpointsCommand } from './notify/endpoints.ts';
import { testCommand } from './notify/test.ts';
import { tokensCommand } from './notify/tokens.ts';

export function notifyCommand(io: Io) {
  return new Command('notify')
    .description('Who is told of events: rules, endpoints of customers, tokens of the API.')
    .addCommand(checkCommand(io))
    .addCommand(testCommand(io))
    .addCommand(endpointsCommand(io))
    .addCommand(tokensCommand(io));
}
