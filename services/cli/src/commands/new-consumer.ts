import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import type { Io } from '@gemini-events/cli-kit';
import { parseConsumerName } from '@gemini-events/cli-kit';
import { BridgeError } from '@gemini-events/events';
import { INSTALL, install, PNPM } from './new-consumer/install.ts';
import { parseSubscriptions } from './new-consumer/subscriptions.ts';
import { consumerFiles } from './new-consumer/templates.ts';
import { findWorkspace, whyNot } from './new-consumer/workspace.ts';
import { writeFiles } from './new-consumer/write-files.ts';

const DEFAULT = 'batch.succeeded';

export function newCommand(io: Io) {
  const consumer = new Command('consumer')
    .description('Write a consumer of your own, with a test that passes; `start` runs it.')
    .argument('<name>', 'its folder, its group and its topics are called so', parseConsumerName)
    .option(
      '--events <list>',
      `types or families, separated by commas; without it ${DEFAULT}`,
      parseSubscriptions,
    )
    .option('--dry-run', 'only say what would be written')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      `
Writes services/consumers/<name> in the checkout that it is called in, and has pnpm link it.

Example:
  gemini-events new consumer audit-log --events batch.succeeded,interaction`,
    )
    .action(async (name, { events = [DEFAULT], dryRun = false, json = false }, command) => {
      const workspace = findWorkspace(process.cwd());
      if (workspace === null) return command.error('error: this folder is in no checkout');
      const fault = whyNot(name, workspace);
      if (fault !== null) return command.error(`error: ${fault}`);
      const folder = `services/consumers/${name}`;
      const files = consumerFiles({ name, subscribe: events });
      const paths = [...files.keys()].map((path) => `${folder}/${path}`);
      if (!dryRun) {
        writeFiles(join(workspace, folder), files);
        io.talk(`linking it: ${INSTALL}`);
        const failure = await install(workspace, io.env);
        if (failure !== null) {
          io.talk(failure);
          throw new BridgeError('ERR_UNEXPECTED', `written, but not linked yet; run: ${INSTALL}`);
        }
      }
      const next = [`${PNPM} test:unit ${folder}`, `${PNPM} start`];
      if (json) io.out(JSON.stringify({ consumer: name, events, files: paths, dryRun, next }));
      else for (const path of paths) io.out(`+ ${path}`);
      io.talk(`${paths.length} files ${dryRun ? 'would be ' : ''}written`);
      if (!dryRun && !json) io.talk(`\nNext:\n${next.map((each) => `  ${each}`).join('\n')}`);
    });
  return new Command('new').description('Begin something of your own.').addCommand(consumer);
}
