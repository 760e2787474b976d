import { Command } from '@commander-js/extra-typings';
import { parseOwner } from '@gemini-events/access/cli';
import { defaultActor, type Io, parseCount, parseMoment, print } from '@gemini-events/cli-kit';
import { type Database, withDatabase } from '@gemini-events/cli-kit/bridge';
import type { ConsumersConfig } from '@gemini-events/cli-kit/config';
import type { Endpoint } from '../store/endpoints.ts';
import { renderDeliveries, renderEndpoints } from './render-endpoints.ts';

const NEWEST = { after: null };

/** Where customers are called, for an operator to look at and to mend. */
export function endpointsCommand(io: Io) {
  return new Command('endpoints')
    .description('Where customers are called, and what was sent there.')
    .addCommand(lsCommand(io))
    .addCommand(showCommand(io))
    .addCommand(switchCommand(io, 'disable'))
    .addCommand(switchCommand(io, 'enable'))
    .addCommand(resendCommand(io))
    .addCommand(recoverCommand(io));
}

function lsCommand(io: Io) {
  return new Command('ls')
    .description('Endpoints, the newest first.')
    .option('--owner <name>', 'of this customer', parseOwner)
    .option('--limit <number>', 'so many', parseCount, 100)
    .option('--json', 'one JSON array on stdout')
    .addHelpText('after', '\nExample:\n  gemini-events notify endpoints ls --owner acme')
    .action(async ({ owner = null, limit, json = false }) =>
      withDatabase(io, async ({ pool }) => {
        const { createPostgresEndpoints } = await import('../store/endpoints.ts');
        const all = await createPostgresEndpoints(pool).list(owner, { limit, ...NEWEST });
        print(io, json, { json: all, text: renderEndpoints(all) });
      }),
    );
}

function showCommand(io: Io) {
  return new Command('show')
    .argument('<id>', 'as `notify endpoints ls` has it')
    .description('All that is known of an endpoint, with its last deliveries, as JSON.')
    .option('--limit <number>', 'so many deliveries', parseCount, 20)
    .addHelpText(
      'after',
      '\nExample:\n  gemini-events notify endpoints show ep_8b1f0c4f2f5d4f0a9c3e7d61',
    )
    .action(async (id, { limit }, command) =>
      withDatabase(io, async ({ pool }) => {
        const { createPostgresDeliveryLog } = await import('../store/delivery-log.ts');
        const { createPostgresEndpointSecrets } = await import('../store/endpoint-secrets.ts');
        const { createPostgresEndpoints } = await import('../store/endpoints.ts');
        const endpoint = await createPostgresEndpoints(pool).find(null, id);
        if (endpoint === null) return command.error(unknown(id));
        const secrets = await createPostgresEndpointSecrets(pool).list(id);
        const deliveries = await createPostgresDeliveryLog(pool).list(id, { limit, ...NEWEST });
        io.talk(renderDeliveries(deliveries));
        io.out(JSON.stringify({ ...endpoint, secrets, deliveries }, null, 2));
      }),
    );
}

function switchCommand(io: Io, action: 'disable' | 'enable') {
  const what =
    action === 'disable'
      ? 'Send nothing more there, and give up what waits. Its owner cannot undo it.'
      : 'Let it be sent to again, whoever disabled it.';
  return new Command(action)
    .argument('<id>', 'as `notify endpoints ls` has it')
    .description(what)
    .option('--actor <name>', 'who; without it the user and host that call')
    .option('--reason <text>', 'why; kept in the audit topic')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      `\nExample:\n  gemini-events notify endpoints ${action} ep_8b1f0c4f2f5d4f0a9c3e7d61`,
    )
    .action(async (id, { actor = defaultActor(), reason = null, json = false }, command) =>
      withDatabase(io, async ({ config, pool }) => {
        const { createPostgresEndpoints } = await import('../store/endpoints.ts');
        const endpoints = createPostgresEndpoints(pool);
        if ((await endpoints.find(null, id)) === null) return command.error(unknown(id));
        await note(config, { actor, reason }, `endpoint.${action}`, id);
        const endpoint = await endpoints[action](id, 'operator');
        if (endpoint === null) return command.error(unknown(id));
        print(io, json, { json: endpoint, text: renderEndpoints([endpoint]) });
      }),
    );
}

function resendCommand(io: Io) {
  return new Command('resend')
    .argument('<delivery>', 'its number, as `notify endpoints show` has it', Number)
    .description('Queue a delivery again, whatever became of it.')
    .option('--actor <name>', 'who; without it the user and host that call')
    .option('--reason <text>', 'why; kept in the audit topic')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', '\nExample:\n  gemini-events notify endpoints resend 4711')
    .action(async (number, { actor = defaultActor(), reason = null, json = false }, command) => {
      const id = String(number);
      await withDatabase(io, async ({ config, pool }) => {
        const { createPostgresDeliveryLog } = await import('../store/delivery-log.ts');
        const log = createPostgresDeliveryLog(pool);
        const known = Number.isSafeInteger(number) && number > 0 ? await log.find(null, id) : null;
        if (known === null) return command.error(`there is no delivery ${id}`);
        await note(config, { actor, reason }, 'delivery.resend', id);
        if (!(await log.resend(id))) {
          return command.error(`${id} is being sent now, or its endpoint is not active`);
        }
        const text = `${id}: waits to be sent to ${known.lane}`;
        print(io, json, { json: { id, endpoint: known.lane }, text });
      });
    });
}

function recoverCommand(io: Io) {
  return new Command('recover')
    .argument('<id>', 'as `notify endpoints ls` has it')
    .description('Queue again all deliveries to an endpoint that were given up since then.')
    .requiredOption('--since <time>', 'given up then or later: 24h, 2026-11-25T12:00Z', parseMoment)
    .option('--actor <name>', 'who; without it the user and host that call')
    .option('--reason <text>', 'why; kept in the audit topic')
    .option('--json', 'one JSON object on stdout')
    .addHelpText(
      'after',
      '\nExample:\n  gemini-events notify endpoints recover ep_8b1f0c4f2f5d4f0a9c3e7d61 --since 24h',
    )
    .action(async (id, options, command) => {
      const { since, actor = defaultActor(), reason = null, json = false } = options;
      await withDatabase(io, async (database) => {
        const { createPostgresDeliveryLog } = await import('../store/delivery-log.ts');
        const endpoint = await activeOne(database, id);
        if (endpoint === null) return command.error(`there is no active endpoint ${id}`);
        await note(database.config, { actor, reason }, 'endpoint.recover', id);
        const log = createPostgresDeliveryLog(database.pool);
        let queued = 0;
        for (let more = true; more; ) {
          const step = await log.recover(id, since);
          queued += step.count;
          more = step.more;
        }
        print(io, json, { json: { id, queued }, text: `${id}: ${queued} deliveries wait` });
      });
    });
}

async function activeOne({ pool }: Database, id: string): Promise<Endpoint | null> {
  const { createPostgresEndpoints } = await import('../store/endpoints.ts');
  const endpoint = await createPostgresEndpoints(pool).find(null, id);
  return endpoint?.state === 'active' ? endpoint : null;
}

async function note(
  config: ConsumersConfig,
  { actor, reason }: { readonly actor: string; readonly reason: string | null },
  action: string,
  subject: string,
): Promise<void> {
  const { audit } = await import('@gemini-events/access/audit');
  await audit(config, { actor, action, subject, reason, details: {}, at: Date.now() });
}

function unknown(id: string): string {
  return `there is no endpoint ${id}`;
}
